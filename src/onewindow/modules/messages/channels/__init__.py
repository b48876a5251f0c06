"""The ways a message can take; which one carries what is the installation's setting."""

from onewindow.modules.messages.channels.base import Channel, Gone, NotCarried, Refused, Written
from onewindow.modules.messages.channels.folder import FolderChannel
from onewindow.modules.messages.channels.gateway import GatewayChannel
from onewindow.modules.messages.channels.push import Device, PushChannel
from onewindow.modules.messages.channels.smtp import SmtpChannel

__all__ = [
    "Channel",
    "Device",
    "FolderChannel",
    "GatewayChannel",
    "Gone",
    "NotCarried",
    "PushChannel",
    "Refused",
    "SmtpChannel",
    "Written",
]
