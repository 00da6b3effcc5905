"""A crontab line, a systemd service and its timer, filled in for one installation."""

import zlib
from dataclasses import dataclass
from pathlib import Path

SERVICE = """\
# /etc/systemd/system/zhuanzai.service
[Unit]
Description=zhuanzai: a round of the news archive in {archive}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User={user}
WorkingDirectory={folder}
Environment=SCRAPY_SETTINGS_MODULE={module}
ExecStart={program} round {settings}
# another run holds the archive, or the network is down: the next timer tries again
SuccessExitStatus=75
# SIGTERM goes to the round, which lets its crawl finish the pages under way and commit
KillMode=mixed
TimeoutStopSec=5min
Nice=10
IOSchedulingClass=idle
MemoryMax=1G
UMask=0022
# nothing may be written but the archive, a folder that must be there before{metrics_note}
ProtectSystem=strict
ReadWritePaths={writable}
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
NoNewPrivileges=yes
CapabilityBoundingSet=
LockPersonality=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
"""
TIMER = """\
# /etc/systemd/system/zhuanzai.timer
[Unit]
Description=zhuanzai: a round of the news archive every day

[Timer]
OnCalendar=*-*-* {hour:02}:{minute:02}:00
RandomizedDelaySec=15min
Persistent=true

[Install]
WantedBy=timers.target
"""
CRONTAB = """\
# crontab -e
{minute} {hour} * * * cd {folder} && SCRAPY_SETTINGS_MODULE={module} {program} round {settings}
"""


@dataclass(frozen=True, slots=True)
class Installation:
    """The values for the templates; paths are absolute. `metrics` is the metrics file or None."""

    program: Path
    folder: Path
    archive: Path
    module: str
    user: str
    hour: int
    minute: int
    metrics: Path | None = None

    @property
    def settings(self) -> tuple[str, ...]:
        """Settings given on the command line, NAME=VALUE."""
        return (f"ARCHIVE_DIR={self.archive}",)


def crontab(place: Installation) -> str:
    """The line for crontab(5); percent signs are escaped, because they mean a new line there."""
    line = CRONTAB.format(
        minute=place.minute,
        hour=place.hour,
        folder=_shell(str(place.folder)),
        module=place.module,
        program=_shell(str(place.program)),
        settings=" ".join(f"-s {_shell(setting)}" for setting in place.settings),
    )
    return line.replace("%", "\\%")


def service(place: Installation) -> str:
    """The unit that runs one round. Source: systemd.service(5), systemd.exec(5)."""
    writable = [place.archive, *([place.metrics.parent] if place.metrics else [])]
    return SERVICE.format(
        archive=_unit(str(place.archive)),
        user=place.user,
        folder=_unit(str(place.folder)),
        module=place.module,
        program=_unit(str(place.program)),
        settings=" ".join(f"-s {_quoted(setting)}" for setting in place.settings),
        writable=" ".join(_quoted(str(path)) for path in writable),
        metrics_note=" and the folder of the metrics file" if place.metrics else "",
    )


def timer(place: Installation) -> str:
    """The timer that starts the service daily. Source: systemd.timer(5)."""
    return TIMER.format(hour=place.hour, minute=place.minute)


def minute_of(archive: Path) -> int:
    """A minute from a hash of the archive's path, so that not all installations crawl at the full hour."""
    return zlib.crc32(str(archive).encode()) % 60


def _shell(text: str) -> str:
    plain = all(c.isalnum() or c in "/._-=+:@" for c in text)
    return text if plain else "'" + text.replace("'", "'\\''") + "'"


def _unit(text: str) -> str:
    return text.replace("%", "%%").replace("$", "$$")


def _quoted(text: str) -> str:
    escaped = _unit(text).replace("\\", "\\\\").replace('"', '\\"')
    return escaped if all(c.isalnum() or c in "/._-=+:@%" for c in text) else f'"{escaped}"'
