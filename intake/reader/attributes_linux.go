package reader

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// attributes has the process end with this one, and, apart, without a network.
func attributes(apart bool) *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	if apart {
		uid, gid := os.Getuid(), os.Getgid()
		a.Cloneflags = syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC
		a.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}}
		a.GidMappings = []syscall.SysProcIDMap{{ContainerID: gid, HostID: gid, Size: 1}}
	}
	return a
}

// confine bounds what this process, and what it starts, may take. It writes no
// file, and gets no more rights than it has.
func confine() error {
	for what, most := range map[int]uint64{unix.RLIMIT_AS: mostBytes, unix.RLIMIT_CPU: uint64(longest.Seconds()), unix.RLIMIT_FSIZE: 0,
		unix.RLIMIT_NOFILE: mostFiles, unix.RLIMIT_CORE: 0} {
		if err := unix.Setrlimit(what, &unix.Rlimit{Cur: most, Max: most}); err != nil {
			return err
		}
	}
	return unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
}
