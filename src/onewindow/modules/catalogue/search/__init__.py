"""Finding services, One Things, organisations and help: an index held in the process. Chosen by measurement: bench/search.py."""

from onewindow.modules.catalogue.search.index import Index
from onewindow.modules.catalogue.search.synonyms import Thesaurus
from onewindow.modules.catalogue.search.things import Facets, Filters, Found, Hit, Searchable

__all__ = ["Facets", "Filters", "Found", "Hit", "Index", "Searchable", "Thesaurus"]
