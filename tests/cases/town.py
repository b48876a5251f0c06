"""A small town for the tests of cases: five services of four organisations, three registers, and the people in it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from onewindow.plumbing.actors import Actor

TOWN = """\
format: onewindow-catalogue/1
organisations:
  - {id: market, name: {zh: 市场监管局, en: Market Bureau, ru: Управление рынка}}
  - {id: fire, name: {zh: 消防救援支队, en: Fire Brigade, ru: Пожарная служба}}
  - {id: tax, name: {zh: 税务局, en: Tax Office, ru: Налоговая служба}}
  - {id: city, name: {zh: 城市管理局, en: City Management, ru: Городское управление}}
parties:
  - {id: natural, gives: [full-name, resident-id, phone]}
elements:
  - {id: full-name, name: {zh: 姓名, en: Full name}, personal: true}
  - {id: resident-id, type: resident-id, personal: true, effort: 2}
  - {id: phone, name: {zh: 电话, en: Phone}, type: phone, personal: true}
  - {id: trade-name, name: {zh: 字号, en: Trading name}}
  - {id: seats, name: {zh: 座位数, en: Seats}, type: integer}
  - {id: fume-hood, name: {zh: 油烟机, en: Fume hood}, type: boolean}
  - {id: property-number, name: {zh: 不动产单元号, en: Property number}, effort: 2}
  - {id: address, name: {zh: 地址, en: Address}, type: address, effort: 2}
  - {id: floor-area, name: {zh: 面积, en: Floor area}, type: number, effort: 2}
  - {id: uscc, name: {zh: 信用代码, en: Credit code}, type: uscc, effort: 2}
  - {id: tax-office, name: {zh: 税务所, en: Tax office}, askable: false}
  - {id: food-number, name: {zh: 许可证号, en: Licence number}, askable: false}
  - {id: sign-size, name: {zh: 招牌面积, en: Size of the sign}, type: number}
resources:
  - {id: property-register, organisation: city, keyed_by: [property-number], gives: [address, floor-area]}
  - {id: tax-register, organisation: tax, keyed_by: [uscc], gives: [tax-office]}
evidence_types:
  - {id: property-certificate, gives: [property-number, address], obtainable_from: [property-register]}
  - {id: layout, name: {zh: 布局图, en: Layout}}
  - {id: business-licence, name: {zh: 营业执照, en: Business licence}, gives: [uscc, trade-name], licence: true}
  - {id: food-licence, name: {zh: 食品经营许可证, en: Food licence}, gives: [food-number], licence: true}
  - {id: fire-opinion, name: {zh: 消防意见书, en: Fire opinion}, licence: true}
  - {id: tax-sheet, name: {zh: 税务登记表, en: Tax sheet}}
  - {id: sign-permit, name: {zh: 招牌许可, en: Sign permit}}
services:
  - id: registration
    name: {zh: 设立登记, en: Registration}
    organisation: market
    legal_basis: [{title: 市场主体登记管理条例}]
    asks: [{element: full-name}, {element: resident-id}, {element: trade-name}, {element: address}, {element: property-number}]
    evidence: [{id: premises, any_of: [property-certificate]}]
    steps:
      - {id: accept, kind: acceptance, limit_days: 1, visit: today}
      - {id: register, kind: decision, limit_days: 3}
    produces: [business-licence]
    guide: {retention_years: 10}
  - id: food
    name: {zh: 食品经营许可, en: Food licence}
    organisation: market
    asks:
      - {element: uscc}
      - {element: address}
      - {element: floor-area}
      - {element: seats}
      - {element: fume-hood, when: {fact: seats, more_than: 49}}
    evidence: [{id: licence, any_of: [business-licence], needed_at: inspect}, {id: plan, any_of: [layout]}]
    steps:
      - {id: accept, kind: acceptance, limit_days: 1}
      - {id: inspect, kind: inspection, limit_days: 5, visit: always, joint: visit}
      - {id: decide, kind: decision, limit_days: 3}
    produces: [food-licence]
    fee_fen: 12000
    guide: {retention_years: 5}
  - id: fire
    name: {zh: 消防检查, en: Fire check}
    organisation: fire
    asks: [{element: address}, {element: floor-area}, {element: seats}]
    evidence: [{id: licence, any_of: [business-licence], needed_at: inspect}]
    steps:
      - {id: accept, kind: acceptance, limit_days: 1}
      - {id: inspect, kind: inspection, limit_days: 5, visit: always, joint: visit}
      - {id: decide, kind: decision, limit_days: 3}
    produces: [fire-opinion]
    guide: {retention_years: 5}
  - id: tax
    name: {zh: 税务登记, en: Tax set-up}
    organisation: tax
    asks: [{element: uscc}, {element: tax-office}]
    evidence: [{id: licence, any_of: [business-licence]}]
    steps: [{id: confirm, kind: decision, limit_days: 2}]
    produces: [tax-sheet]
    decision: {automatic_when: {all: [{fact: uscc, known: true}, {fact: answer.staff, is: false}]}}
    guide: {retention_years: 10}
  - id: sign
    name: {zh: 招牌许可, en: Sign permit}
    organisation: city
    when: {fact: answer.sign, is: true}
    asks: [{element: address}, {element: sign-size}]
    steps: [{id: accept, kind: acceptance, limit_days: 1}, {id: review, kind: review, limit_days: 2}]
    produces: [sign-permit]
    guide: {retention_years: 3}
events:
  - id: open-a-restaurant
    kind: business
    name: {zh: 开一家餐馆, en: Open a restaurant, ru: Открыть ресторан}
    applicant: natural
    questions:
      - {id: sign, name: {zh: 挂招牌吗？, en: A sign?}, type: boolean}
      - {id: staff, name: {zh: 雇人吗？, en: Staff?}, type: boolean}
    services: [registration, food, fire, tax, sign]
    commitments: {food.inspect: 1, fire.inspect: 1}
"""

_LANDLORD = """    guide:
      retention_years: 10
      confirmed_by:
        - role: landlord
          name: {zh: 出租人, en: the landlord, ru: арендодатель}
          says: {zh: 我把此处租给申请人。, en: I let these premises to the applicant., ru: Я сдаю это помещение.}
          shows: [address, trade-name]
"""
SHARED = (
    TOWN.replace("    guide: {retention_years: 10}\n", _LANDLORD, 1)
    .replace("    applicant: natural\n", "    applicant: natural\n    roles: [landlord]\n")
    .replace("  - {id: seats,", "  - {id: owns-alone, name: {zh: 是否独有, en: Is it yours alone?}, type: boolean}\n  - {id: seats,")
    .replace(
        "asks: [{element: full-name},",
        "asks: [{element: landlord.full-name}, {element: landlord.resident-id}, {element: landlord.owns-alone}, {element: full-name},",
        1,
    )
)
"""The same town, where the registration wants the landlord to confirm."""

RESIDENT_ID = "110101199003072316"
USCC = "91350100M000100Y43"
RECORDS: dict[str, dict[str, dict[str, Any]]] = {
    "property-register": {"P-1": {"address": "胜利路 88 号", "floor-area": 120}, "P-2": {"address": "东湖路 6 号", "floor-area": 80}},
    "population-register": {RESIDENT_ID: {"full-name": "王丽", "phone": "13800000001"}},
    "tax-register": {USCC: {"tax-office": "第一税务所"}},
}

_names = UUID("7a5d0c0e-4f4a-4a3c-9a7e-000000000000")


def ident(name: str) -> UUID:
    return uuid5(_names, name)


def officer(name: str, organisation: str, *roles: str) -> Actor:
    return Actor(kind="officer", id=ident(name), organisation=organisation, roles=frozenset({"officer", *roles}))


WANG = Actor(kind="person", id=ident("wang"))
LIU = Actor(kind="person", id=ident("liu"))
MARKET, MARKET_CHIEF = officer("market", "market"), officer("market-chief", "market", "supervisor")
FIRE, FIRE_CHIEF = officer("fire", "fire"), officer("fire-chief", "fire", "supervisor")
TAX, CITY = officer("tax", "tax"), officer("city", "city")
WINDOW = Actor(kind="officer", id=ident("window"), organisation="hall", roles=frozenset({"window"}))

TYPED: Mapping[str, Any] = {"trade-name": "老灶台餐饮店", "property-number": "P-1", "seats": 48}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
