package reader

import "golang.org/x/sys/unix"

// older are the same calls by the numbers that this architecture has had for longer.
var older = []uint32{unix.SYS_ACCEPT, unix.SYS_CHMOD, unix.SYS_CHOWN, unix.SYS_LCHOWN, unix.SYS_UNLINK, unix.SYS_RMDIR, unix.SYS_RENAME, unix.SYS_RENAMEAT,
	unix.SYS_LINK, unix.SYS_SYMLINK, unix.SYS_MKDIR, unix.SYS_MKNOD, unix.SYS_CREAT, unix.SYS_UTIME, unix.SYS_UTIMES, unix.SYS_FUTIMESAT}
