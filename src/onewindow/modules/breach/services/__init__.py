"""What may be done when something leaked."""

from onewindow.modules.breach.leaks import Concerned as Concerned
from onewindow.modules.breach.leaks import Found as Found
from onewindow.modules.breach.leaks import Leak as Leak
from onewindow.modules.breach.leaks import NothingToFind as NothingToFind
from onewindow.modules.breach.leaks import SpanTurned as SpanTurned
from onewindow.modules.breach.services.finding import find as find
from onewindow.modules.breach.services.finding import name as name
from onewindow.modules.breach.services.letters import Recipient as Recipient
from onewindow.modules.breach.services.letters import Told as Told
from onewindow.modules.breach.services.letters import tell as tell
from onewindow.modules.breach.services.letters import written as written
