"""The bundle compiler: departments describe their own services, the one form, process and bill are derived and proven."""

from onewindow.domain.bundle.ablation import Ablation, SharingStep, ablate
from onewindow.domain.bundle.blockers import Blockers, Move, Saving, find_blockers
from onewindow.domain.bundle.bpmn import bundle_as_bpmn
from onewindow.domain.bundle.certificate import certify_bundle
from onewindow.domain.bundle.compile import compile_bundle
from onewindow.domain.bundle.explain import Demand, Explanation, Opening, explain_element
from onewindow.domain.bundle.matter import Switches
from onewindow.domain.bundle.refusals import (
    AnswerWrong,
    BundleRefused,
    Circle,
    EventBroken,
    HeldNotLicence,
    HeldUnknown,
    NothingSupplies,
    UnknownEvent,
    UnknownQuestion,
)
from onewindow.domain.bundle.releases import Change, EventChange, compare_releases
from onewindow.domain.bundle.report import Report

__all__ = [
    "Ablation",
    "AnswerWrong",
    "Blockers",
    "BundleRefused",
    "Change",
    "Circle",
    "Demand",
    "EventBroken",
    "EventChange",
    "Explanation",
    "HeldNotLicence",
    "HeldUnknown",
    "Move",
    "NothingSupplies",
    "Opening",
    "Report",
    "Saving",
    "SharingStep",
    "Switches",
    "UnknownEvent",
    "UnknownQuestion",
    "ablate",
    "bundle_as_bpmn",
    "certify_bundle",
    "compare_releases",
    "compile_bundle",
    "explain_element",
    "find_blockers",
]
