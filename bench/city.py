"""A city of many cases, made in the database from one that was filed: as many as wished, in minutes.

What grows with it: three of a hundred cases are open at any size, so the backlog grows with the city, and the officers of an organisation
have a hundred times as much to do in a city a hundred times as large. Every case has three of the event's ten services with all their
steps. Of what is open, every seventh step stands still (suspended, asked back, or past the time to answer), every hundredth service
is on hold, a tenth is late. What is decided spreads over four years and has issued what it produces. Three cases belong to each applicant.

What is real: rows of every table the pages read, through the same columns, with telephones sealed row by row; all that is open, and what
was done last, has its whole plan, values and history, sealed as the product seals them. What is not: the other closed cases have no plan,
values and history, which only their own page reads; keys come in the order of the cases.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

OPEN = 3
"""Of a hundred cases."""
SERIES = {
    "sqlite": "WITH RECURSIVE s(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM s WHERE n < {last})",
    "postgresql": "WITH s AS (SELECT n FROM generate_series({first}, {last}) AS n)",
}
HEX = {"sqlite": "printf('{digit}%%031x', {number})", "postgresql": "CAST('{digit}' || lpad(to_hex({number}), 31, '0') AS uuid)"}
DAY = {"sqlite": "date('{day}', ({plus}) || ' days')", "postgresql": "CAST(date '{day}' + ({plus}) AS date)"}
AGO = {
    "sqlite": "datetime('{moment}', '-' || ({days}) || ' days', '-' || (n %% 86400) || ' seconds')",
    "postgresql": "timestamptz '{moment}+00' - ({days}) * interval '1 day' - (n %% 86400) * interval '1 second'",
}
MARK = {"sqlite": "CAST(substr(title, n, 8) AS BLOB)", "postgresql": "convert_to(substr(title, n, 8), 'UTF8')"}
SIGNS = "青石麦香春和东湖老城小巷月光云水竹林福满金桂红叶白鹭长安永顺吉祥如意四海五味七里八方千山万家新华文昌"
TRADES = ("面馆", "小吃店", "餐饮店", "火锅店", "茶餐厅", "烧烤店", "粥铺", "快餐店", "饺子馆", "咖啡馆", "私房菜馆", "酒楼")
DAYS = 1_400


def case_id(number: int) -> uuid.UUID:
    return uuid.UUID(f"a{number:031x}")


def applicant(number: int) -> uuid.UUID:
    return uuid.UUID(f"c{number // 3:031x}")


def title(number: int) -> str:
    """Return a name that few share: of three signs and a trade."""
    size = len(SIGNS)
    signs = (SIGNS[number * 7 % size], SIGNS[number // size * 5 % size], SIGNS[number // size // size * 3 % size])
    return "".join(signs) + TRADES[number * 11 % len(TRADES)]


def reference(number: int) -> str:
    text = f"{number * 7_919 % 10**8:08}"
    return f"YJ-{text[:4]}-{text[4:]}"


def phone(number: int) -> str:
    return f"139{number:08}"


def is_whole(number: int) -> bool:
    """Tell whether a case has its plan, values and history: whatever is open, and what was filed in the last days."""
    return number % 100 < OPEN or number % DAYS < 12


@dataclass
class City:
    """The filed case that is copied, and how many there are."""

    model: uuid.UUID
    now: datetime
    have: int = 0

    def grow(self, size: int) -> None:
        """Have so many cases."""
        from django.db import connection

        from onewindow.modules.cases import models

        first, self.have = self.have + 1, size
        tables = (models.Case, models.CaseMark, models.CaseService, models.Task, models.CaseValue, models.TimelineEntry, models.Output)
        with connection.schema_editor() as editor:
            for model in tables:
                for index in model._meta.indexes:
                    editor.remove_index(model, index)
        self._cases(first, size)
        self._steps(first, size)
        self._standing_still(first, size)
        self._histories(first, size)
        with connection.schema_editor() as editor:
            for model in tables:
                for index in model._meta.indexes:
                    editor.add_index(model, index)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":  # as its own vacuum does; on SQLite nothing counts rows
                cursor.execute("VACUUM ANALYZE")

    def _cases(self, first: int, last: int) -> None:
        from django.db import connection

        from onewindow.modules.cases import models

        model = models.Case.objects.get(pk=self.model)
        for begin in range(first, last + 1, 20_000):
            _insert(models.Case, (self._case(model, number) for number in range(begin, min(begin + 20_000, last + 1))))
        into = "INSERT INTO cases_casemark (case_id, text, running)"
        mark = f"{into} {SERIES[connection.vendor].format(first=1, last=9)}"
        running = "state = 'in-progress'"
        table = "cases_case"
        between = "cases_case.id >= %s AND cases_case.id <= %s"
        ends = [_key(case_id(first)), _key(case_id(last))]
        with connection.cursor() as cursor:
            marked = f"SELECT id, {MARK[connection.vendor]}, {running} FROM {table}, s WHERE n <= length(title) AND {between}"  # noqa: S608
            cursor.execute(f"{mark} {marked}", ends)
            for start in (4, 9):  # the two groups of a number
                text = MARK[connection.vendor].replace("title, n", f"reference, {start}")
                cursor.execute(f"{into} SELECT id, {text}, {running} FROM {table} WHERE {between}", ends)  # noqa: S608

    def _case(self, model: Any, number: int) -> dict[str, Any]:
        filed = self.now - timedelta(days=number % DAYS if number % 100 >= OPEN else number % 20, seconds=number % 86_400)
        own = {
            "id": case_id(number),
            "reference": reference(number),
            "applicant": applicant(number),
            "contact_phone": phone(number),
            "title": title(number),
            "plan": model.plan if is_whole(number) else {},
            "state": "in-progress" if number % 100 < OPEN else "completed",
            "filed_at": filed,
            "completed_at": None if number % 100 < OPEN else filed,
        }
        return {**_values(model), "answers": {}, **own}

    def _steps(self, first: int, last: int) -> None:
        """Copy services, steps and outputs by statements: one for each service, step and output of the model."""
        from django.db import connection

        from onewindow.modules.cases import models

        vendor = connection.vendor
        series = SERIES[vendor].format(first=first, last=last)
        case = HEX[vendor].format(digit="a", number="n")
        running = f"n %% 100 < {OPEN}"
        ago = AGO[vendor].format(moment=f"{self.now:%Y-%m-%d %H:%M:%S}", days=f"n %% {DAYS}")
        due = DAY[vendor].format(day=f"{self.now:%Y-%m-%d}", plus="n / 100 %% 10 - 1")
        for place, service in enumerate(models.CaseService.objects.filter(case=self.model).order_by("position")):
            part = f"(n + {place * 7}) %% 10 < 3"
            held = f"(n / 100 + {place}) %% 100 = 99"
            state = f"CASE WHEN {running} THEN CASE WHEN {held} THEN 'on-hold' ELSE 'in-progress' END ELSE 'completed' END"
            decided = f"CASE WHEN {running} THEN NULL ELSE {ago} END"
            own = {"case_id": case, "state": state, "decided_at": decided, "sentence": _empty(vendor), "given": _empty(vendor)}
            _copy(service, own, series, part)
            steps = models.Task.objects.filter(case=self.model, service=service.service).order_by("position")
            for rank, step in enumerate(steps):
                stage = f"(n / 100 + {place}) %% {max(2, len(steps))}"
                still = f"(n / 100 + {place}) %% 7 = 0"
                now = f"CASE WHEN {still} OR {held} THEN 'paused' ELSE 'open' END"
                reached = f"CASE WHEN {stage} > {rank} THEN 'done' WHEN {stage} = {rank} THEN {now} ELSE 'waiting' END"
                is_done = f"(NOT {running} OR {stage} > {rank})"
                own = {
                    "id": HEX[vendor].format(digit="b", number=f"n * 64 + {step.position}"),
                    "case_id": case,
                    "state": f"CASE WHEN {running} THEN {reached} ELSE 'done' END",
                    "due_date": f"CASE WHEN {stage} < {rank} AND {running} THEN NULL ELSE {due} END",
                    "done_at": f"CASE WHEN {is_done} THEN {ago} ELSE NULL END",
                    "done_by": f"CASE WHEN {is_done} THEN {HEX[vendor].format(digit='d', number='n %% 50')} ELSE NULL END",
                    "finding": "NULL",
                }
                _copy(step, own, series, part)
        self._outputs(series, case, ago, first)

    def _outputs(self, series: str, case: str, ago: str, first: int) -> None:
        """Issue what the completed services produce."""
        from django.db import connection

        from onewindow.modules.cases import models
        from onewindow.modules.catalogue import selectors

        vendor = connection.vendor
        catalogue = selectors.catalogue_at(models.Case.objects.values_list("release", flat=True).get(pk=self.model))
        rows = models.CaseService.objects.filter(case=self.model).order_by("position")
        for place, service in enumerate(rows):
            for kind in catalogue.services[service.service].produces[:1]:
                number = f"'{place}-' || n"
                columns = 'id, case_id, service, organisation, evidence_type, number, "values", issued_at, revocation'
                named = f"'{service.service}', '{service.organisation}', '{kind}'"
                chosen = f"{HEX[vendor].format(digit='e', number=f'n * 64 + {place}')}, {case}, {named}"
                with connection.cursor() as cursor:
                    cursor.execute(
                        f"INSERT INTO cases_output ({columns}) {series} SELECT {chosen}, {number}, {_empty(vendor)}, {ago}, NULL FROM s "  # noqa: S608
                        f"WHERE (n + {place * 7}) %% 10 < 3 AND n %% 100 >= {OPEN} AND n >= {first}",
                        [],
                    )

    def _standing_still(self, first: int, last: int) -> None:
        """Say why each clock stands still: a colleague's word, a question to the applicant, or one whose time has passed."""
        from onewindow.modules.cases import models
        from onewindow.plumbing import bulk

        begin, end = (uuid.UUID(f"b{number * 64:031x}") for number in (first, last + 1))
        rows = models.Task.objects.filter(pk__gte=begin, pk__lt=end, state="paused").values_list("pk", "case_id", "service")
        pauses: list[Any] = []
        notices: dict[tuple[uuid.UUID, str], Any] = {}
        for number, (task, case, service) in enumerate(rows.order_by("pk").iterator(5_000)):
            notice = None
            if number % 3:
                due = date(self.now.year, self.now.month, self.now.day) + timedelta(days=-2 if number % 3 == 1 else 9)
                fresh = {"number": 1, "items": [], "due_date": due, "sent_at": self.now, "sent_by": uuid.UUID(int=9)}
                notice = notices.setdefault((case, service), models.Notice(case_id=case, service=service, **fresh))
            pauses.append(models.Pause(task_id=task, notice=notice, reason="notice" if notice else "等专家意见", began_at=self.now))
        for kept in (list(notices.values()), pauses):
            for part in range(0, len(kept), 2_000):
                bulk.insert(kept[part : part + 2_000])

    def _histories(self, first: int, last: int) -> None:
        """Give what is whole its values and its history."""
        from onewindow.modules.cases import models

        values = [_values(row) for row in models.CaseValue.objects.filter(case=self.model)]
        entries = [_values(row) for row in models.TimelineEntry.objects.filter(case=self.model)]
        whole = [number for number in range(first, last + 1) if is_whole(number)]
        for part in range(0, len(whole), 500):
            for model, rows in ((models.CaseValue, values), (models.TimelineEntry, entries)):
                _insert(model, ({**row, "case_id": case_id(number)} for number in whole[part : part + 500] for row in rows))


def _values(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.attname != "id"}


def _empty(vendor: str) -> str:
    """An empty object in a sealed column is kept unsealed."""
    return "CAST('{}' AS BLOB)" if vendor == "sqlite" else "convert_to('{}', 'UTF8')"


def _key(value: uuid.UUID) -> Any:
    from django.db import connection

    return value.hex if connection.vendor == "sqlite" else value


def _insert(model: Any, rows: Iterator[dict[str, Any]]) -> None:
    """Insert rows as the product does, every sealed value for its row."""
    from django.db import connection, transaction

    from onewindow.plumbing import bulk

    held: Sequence[dict[str, Any]] = list(rows)
    step = 1_000 if connection.vendor == "postgresql" else len(held)
    with transaction.atomic():
        for part in range(0, len(held), step or 1):
            bulk.insert_values(model, held[part : part + step])


def _copy(row: Any, own: dict[str, str], series: str, part: str) -> None:
    """Copy one row for every number of the series that has a part in it, with some columns of its own."""
    from django.db import connection

    model, key = type(row), row.pk
    fields = [field.column for field in model._meta.concrete_fields if field.column in own or not field.primary_key]
    chosen = ", ".join(own.get(name, f't."{name}"') for name in fields)
    columns = ", ".join(f'"{name}"' for name in fields)
    table = model._meta.db_table
    statement = f"INSERT INTO {table} ({columns}) {series} SELECT {chosen} FROM s, {table} AS t WHERE t.id = %s AND {part}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [_key(key) if isinstance(key, uuid.UUID) else key])
