"""The catalogue format `onewindow-catalogue/1`: reading, checking and its published schema."""

from onewindow.domain.catalogue.check import check_catalogue
from onewindow.domain.catalogue.problems import CatalogueRefused, Problem, Warning_
from onewindow.domain.catalogue.read import FORMAT, Loaded, build_catalogue, read_catalogue
from onewindow.domain.catalogue.schema import catalogue_schema

__all__ = [
    "FORMAT",
    "CatalogueRefused",
    "Loaded",
    "Problem",
    "Warning_",
    "build_catalogue",
    "catalogue_schema",
    "check_catalogue",
    "read_catalogue",
]
