"""A small city for the tests of the catalogue."""

from typing import Any

SMALL = """\
format: onewindow-catalogue/1
organisations:
  - {id: market, name: {zh: 市场监管局, en: Market Bureau, ru: Управление рынка}, region: "230200"}
  - {id: fire, name: {zh: 消防救援支队, en: Fire Brigade, ru: Пожарная служба}, region: "230200"}
parties:
  - {id: natural, gives: [resident-id]}
elements:
  - {id: resident-id, type: resident-id, personal: true}
  - {id: seats, name: {zh: 座位数, en: Seats, ru: Места}, type: integer}
  - {id: unit, name: {zh: 不动产单元号, en: Unit number, ru: Номер помещения}, type: string}
  - {id: address, name: {zh: 地址, en: Address, ru: Адрес}, type: address}
  - {id: area, name: {zh: 面积, en: Area, ru: Площадь}, type: number}
resources:
  - {id: property-register, organisation: market, keyed_by: [unit], gives: [address, area], sharing: conditional}
evidence_types:
  - {id: shop-licence, name: {zh: 营业执照, en: Shop licence, ru: Свидетельство}, licence: true}
  - {id: lease, name: {zh: 租赁合同, en: Lease, ru: Договор аренды}}
services:
  - id: register-shop
    name: {zh: 店铺登记, en: Register a shop, ru: Регистрация магазина}
    organisation: market
    kind: registration
    audience: [natural]
    legal_basis: [{title: 市场主体登记管理条例}]
    asks: [{element: address}, {element: area}, {element: resident-id}]
    evidence: [{id: premises, any_of: [lease]}]
    steps: [{id: accept, kind: acceptance, limit_days: 1}, {id: decide, kind: decision, limit_days: 3}]
    produces: [shop-licence]
    fee_fen: 2050
  - id: fire-check
    name: {zh: 消防检查, en: Fire check, ru: Пожарная проверка}
    organisation: fire
    kind: licence
    asks: [{element: seats}, {element: address}]
    evidence: [{id: licence, any_of: [shop-licence]}]
    steps: [{id: accept, kind: acceptance, limit_days: 1}, {id: inspect, kind: inspection, limit_days: 5, visit: always}]
events:
  - id: open-a-shop
    kind: business
    name: {zh: 开一家店, en: Open a shop, ru: Открыть магазин}
    applicant: natural
    services: [register-shop, fire-check]
    questions: [{id: how-many, name: {en: How many seats?}, type: integer, element: seats}]
"""

FILES = [("small.yaml", SMALL)]


def event(**changes: Any) -> dict[str, Any]:
    """Return a new One Thing over the small city, as a composer would publish it."""
    return {
        "id": "shop-only",
        "kind": "business",
        "name": {"zh": "只开店", "en": "Shop only", "ru": "Только магазин"},
        "applicant": "natural",
        "services": ["register-shop"],
        **changes,
    }
