"""Writes: systems, keys, and the log-ins to systems."""

from onewindow.modules.signon.keys import rotate_keys as rotate_keys
from onewindow.modules.signon.logins import Credentials as Credentials
from onewindow.modules.signon.logins import Tokens as Tokens
from onewindow.modules.signon.logins import begin_login as begin_login
from onewindow.modules.signon.logins import end_session as end_session
from onewindow.modules.signon.logins import forget_logins as forget_logins
from onewindow.modules.signon.logins import leave_system as leave_system
from onewindow.modules.signon.logins import redeem_code as redeem_code
from onewindow.modules.signon.logins import renew_tokens as renew_tokens
from onewindow.modules.signon.logins import revoke_tokens as revoke_tokens
from onewindow.modules.signon.logins import tell_about as tell_about
from onewindow.modules.signon.staff_keys import end_staff_key as end_staff_key
from onewindow.modules.signon.staff_keys import make_staff_key as make_staff_key
from onewindow.modules.signon.systems import SystemForm as SystemForm
from onewindow.modules.signon.systems import close_system as close_system
from onewindow.modules.signon.systems import register_system as register_system
from onewindow.modules.signon.systems import renew_secret as renew_secret
from onewindow.modules.signon.systems import settle_system as settle_system
