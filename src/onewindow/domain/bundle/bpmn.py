"""The process as BPMN 2.0 with its diagram: lanes per organisation, gateways where paths part and meet.

Source: OMG, Business Process Model and Notation 2.0.2 (formal/2013-12-09), clauses 10 and 12.
"""

from dataclasses import dataclass, field
from xml.etree import ElementTree as Xml

from onewindow.domain.bundle.report import Node, Report
from onewindow.domain.catalogue.model import Catalogue, Text

namespaces = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
column, lane_height, left, task_width, task_height, small = 180, 130, 90, 130, 76, 44
visited = {"inspection", "site-visit"}


@dataclass(slots=True)
class _Box:
    id: str
    tag: str
    name: str
    lane: str
    rank: int
    row: int = 0
    node: Node | None = None

    @property
    def size(self) -> tuple[int, int]:
        return (task_width, task_height) if self.node is not None else (small, small)


@dataclass(slots=True)
class _Drawing:
    language: str
    boxes: dict[str, _Box] = field(default_factory=dict)
    flows: list[tuple[str, str]] = field(default_factory=list)

    @property
    def lanes(self) -> list[str]:
        return list(dict.fromkeys(box.lane for box in self.boxes.values()))

    def add(self, box: _Box) -> None:
        self.boxes[box.id] = box


def bundle_as_bpmn(catalogue: Catalogue, report: Report, *, language: str = "zh") -> str:
    """Return the process of a report as BPMN 2.0 XML, with diagram interchange so that tools draw it."""
    drawing = _drawn(catalogue, report, language)
    _place(drawing)
    for prefix, uri in namespaces.items():
        Xml.register_namespace(prefix, uri)
    root = Xml.Element(_tag("bpmn:definitions"), {"id": "definitions", "targetNamespace": "urn:onewindow:bundle", "exporter": "OneWindow"})
    _model(root, catalogue, report, drawing)
    _diagram(root, drawing)
    Xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def shown(name: Text, language: str) -> str:
    """Return a name in a language, or else in the first it has.

    >>> shown({"en": "Seal", "ru": "Печать"}, "zh")
    'Seal'
    """
    return name.get(language) or next(iter(name.values()), "")


def _tag(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{namespaces[prefix]}}}{local}"


def _ident(kind: str, name: str) -> str:
    """Return an XML id (NCName) that is one-to-one with a name of ours."""
    return f"{kind}_" + "".join(sign if sign.isascii() and sign.isalnum() else f"_{ord(sign):x}_" for sign in name)


# --- what is drawn ---


def _drawn(catalogue: Catalogue, report: Report, language: str) -> _Drawing:
    drawing = _Drawing(language)
    ranks = _ranks(report)
    followers: dict[str, list[str]] = {node.id: [] for node in report.nodes}
    for node in report.nodes:
        for before in node.after:
            followers[before].append(node.id)
    first = _organisation(catalogue, report.nodes[0]) if report.nodes else ""
    last = max(ranks.values(), default=0)
    drawing.add(_Box("start", "startEvent", "", first, -1))
    for node in report.nodes:
        drawing.add(
            _Box(
                _ident("task", node.id),
                _kind(catalogue, node),
                _named(catalogue, node, language),
                _organisation(catalogue, node),
                ranks[node.id] * 3 + 1,
                node=node,
            )
        )
    drawing.add(_Box("end", "endEvent", "", first, last * 3 + 4))
    starts = [_ident("task", node.id) for node in report.nodes if not node.after]
    ends = [_ident("task", node.id) for node in report.nodes if not followers[node.id]]
    targets = {"start": starts or ["end"]}
    sources = {"end": ends or ["start"]}
    for node in report.nodes:
        targets[_ident("task", node.id)] = [_ident("task", other) for other in followers[node.id]] or ["end"]
        sources[_ident("task", node.id)] = [_ident("task", other) for other in node.after] or ["start"]
    _connect(drawing, targets, sources)
    return drawing


def _connect(drawing: _Drawing, targets: dict[str, list[str]], sources: dict[str, list[str]]) -> None:
    """Put a parallel gateway where a path parts, and one where paths meet: a task would not wait for all by itself."""
    leaves: dict[str, str] = {}
    enters: dict[str, str] = {}
    for name, others in targets.items():
        leaves[name] = name
        if len(others) > 1:
            box = drawing.boxes[name]
            drawing.add(_Box(f"fork_{name}", "parallelGateway", "", box.lane, box.rank + 1))
            drawing.flows.append((name, f"fork_{name}"))
            leaves[name] = f"fork_{name}"
    for name, others in sources.items():
        enters[name] = name
        if len(others) > 1:
            box = drawing.boxes[name]
            drawing.add(_Box(f"join_{name}", "parallelGateway", "", box.lane, box.rank - 1))
            drawing.flows.append((f"join_{name}", name))
            enters[name] = f"join_{name}"
    drawing.flows.extend((leaves[name], enters[other]) for name, others in targets.items() for other in others)


def _ranks(report: Report) -> dict[str, int]:
    """Return how many nodes stand before each node on its longest way."""
    ranks: dict[str, int] = {}
    waiting = list(report.nodes)
    while waiting:
        ready = [node for node in waiting if all(before in ranks for before in node.after)]
        for node in ready:
            ranks[node.id] = max((ranks[before] + 1 for before in node.after), default=0)
        waiting = [node for node in waiting if node.id not in ranks]
    return ranks


def _step(catalogue: Catalogue, name: str) -> tuple[str, str]:
    service, _, step = name.partition(".")
    return service, next((one.kind for one in catalogue.services[service].steps if one.id == step), "")


def _kind(catalogue: Catalogue, node: Node) -> str:
    kinds = {_step(catalogue, name)[1] for name in node.steps}
    if kinds == {"decision"} and not node.limit_days:
        return "businessRuleTask"
    return "manualTask" if kinds & visited else "userTask"


def _named(catalogue: Catalogue, node: Node, language: str) -> str:
    names: dict[str, None] = {}
    for name in node.steps:
        service, _, step = name.partition(".")
        own = next((one.name for one in catalogue.services[service].steps if one.id == step), {"en": step})
        names[shown(own, language)] = None
    return " / ".join(names)


def _organisation(catalogue: Catalogue, node: Node) -> str:
    return catalogue.services[node.steps[0].partition(".")[0]].organisation


def _place(drawing: _Drawing) -> None:
    """Give boxes of one lane and column rows of their own."""
    taken: dict[tuple[str, int], int] = {}
    for box in sorted(drawing.boxes.values(), key=lambda box: (box.rank, box.id)):
        place = (box.lane, box.rank)
        box.row = taken.get(place, 0)
        taken[place] = box.row + 1


# --- the XML ---


def _model(root: Xml.Element, catalogue: Catalogue, report: Report, drawing: _Drawing) -> None:
    language = drawing.language
    event = catalogue.events.get(report.event)
    name = shown(event.name, language) if event else report.event
    collaboration = Xml.SubElement(root, _tag("bpmn:collaboration"), {"id": "collaboration"})
    Xml.SubElement(collaboration, _tag("bpmn:participant"), {"id": "pool", "name": name, "processRef": "process"})
    process = Xml.SubElement(root, _tag("bpmn:process"), {"id": "process", "name": name, "isExecutable": "false"})
    lane_set = Xml.SubElement(process, _tag("bpmn:laneSet"), {"id": "lanes"})
    for number, lane in enumerate(drawing.lanes):
        organisation = catalogue.organisations.get(lane)
        label = shown(organisation.name, language) if organisation else lane
        element = Xml.SubElement(lane_set, _tag("bpmn:lane"), {"id": f"lane_{number}", "name": label})
        for box in drawing.boxes.values():
            if box.lane == lane:
                Xml.SubElement(element, _tag("bpmn:flowNodeRef")).text = box.id
    for box in drawing.boxes.values():
        element = Xml.SubElement(process, _tag(f"bpmn:{box.tag}"), {"id": box.id} | ({"name": box.name} if box.name else {}))
        if box.node is not None:
            days = f"{box.node.limit_days:g} working days; " + ", ".join(box.node.steps)
            Xml.SubElement(element, _tag("bpmn:documentation")).text = days
        for number, (_, target) in enumerate(drawing.flows):
            if target == box.id:
                Xml.SubElement(element, _tag("bpmn:incoming")).text = f"flow_{number}"
        for number, (source, _) in enumerate(drawing.flows):
            if source == box.id:
                Xml.SubElement(element, _tag("bpmn:outgoing")).text = f"flow_{number}"
    for number, (source, target) in enumerate(drawing.flows):
        Xml.SubElement(process, _tag("bpmn:sequenceFlow"), {"id": f"flow_{number}", "sourceRef": source, "targetRef": target})


def _diagram(root: Xml.Element, drawing: _Drawing) -> None:
    lanes = drawing.lanes
    heights = {lane: 1 + max(box.row for box in drawing.boxes.values() if box.lane == lane) for lane in lanes}
    tops: dict[str, int] = {}
    total = 0
    for lane in lanes:
        tops[lane] = total
        total += heights[lane] * lane_height
    ranks = sorted({box.rank for box in drawing.boxes.values()})
    columns = {rank: place for place, rank in enumerate(ranks)}
    width = left + len(ranks) * column
    diagram = Xml.SubElement(root, _tag("bpmndi:BPMNDiagram"), {"id": "diagram"})
    plane = Xml.SubElement(diagram, _tag("bpmndi:BPMNPlane"), {"id": "plane", "bpmnElement": "collaboration"})
    _shape(plane, "pool", (0, 0, width, total), horizontal=True)
    for number, lane in enumerate(lanes):
        _shape(plane, f"lane_{number}", (30, tops[lane], width - 30, heights[lane] * lane_height), horizontal=True)
    bounds: dict[str, tuple[int, int, int, int]] = {}
    for box in drawing.boxes.values():
        wide, high = box.size
        x = left + columns[box.rank] * column + (column - wide) // 2
        y = tops[box.lane] + box.row * lane_height + (lane_height - high) // 2
        bounds[box.id] = (x, y, wide, high)
        _shape(plane, box.id, bounds[box.id])
    for number, (source, target) in enumerate(drawing.flows):
        edge = Xml.SubElement(plane, _tag("bpmndi:BPMNEdge"), {"id": f"flow_{number}_di", "bpmnElement": f"flow_{number}"})
        for x, y in _way(bounds[source], bounds[target]):
            Xml.SubElement(edge, _tag("di:waypoint"), {"x": str(x), "y": str(y)})


def _shape(plane: Xml.Element, name: str, bounds: tuple[int, int, int, int], *, horizontal: bool = False) -> None:
    x, y, width, height = bounds
    attributes = {"id": f"{name}_di", "bpmnElement": name} | ({"isHorizontal": "true"} if horizontal else {})
    shape = Xml.SubElement(plane, _tag("bpmndi:BPMNShape"), attributes)
    Xml.SubElement(shape, _tag("dc:Bounds"), {"x": str(x), "y": str(y), "width": str(width), "height": str(height)})


def _way(source: tuple[int, int, int, int], target: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    """Return the corners of a line that leaves to the right and turns halfway."""
    x, y = source[0] + source[2], source[1] + source[3] // 2
    to_x, to_y = target[0], target[1] + target[3] // 2
    if y == to_y:
        return [(x, y), (to_x, to_y)]
    middle = to_x - (column - task_width) // 2
    return [(x, y), (middle, y), (middle, to_y), (to_x, to_y)]
