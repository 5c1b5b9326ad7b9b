package reader

import (
	"errors"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// attributes has the process end with this one, and, apart, without a network.
func attributes(apart bool) *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Setpgid: true}
	if apart {
		uid, gid := os.Getuid(), os.Getgid()
		a.Cloneflags = syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC
		a.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}}
		a.GidMappings = []syscall.SysProcIDMap{{ContainerID: gid, HostID: gid, Size: 1}}
	}
	return a
}

// bound bounds what this process, and what it starts, may take.
func bound() error {
	for what, most := range map[int]uint64{unix.RLIMIT_AS: mostBytes, unix.RLIMIT_CPU: uint64(longest.Seconds()), unix.RLIMIT_NOFILE: mostFiles, unix.RLIMIT_CORE: 0} {
		if err := unix.Setrlimit(what, &unix.Rlimit{Cur: most, Max: most}); err != nil {
			return err
		}
	}
	return nil
}

// confine has this process, and what it starts, write no file and get no more rights
// than it has. Files are closed in two ways: no file grows, on every system; and none
// is opened for writing, made or removed, where the system knows Landlock.
func confine() error {
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{}); err != nil {
		return err
	}
	if err := everywhere(unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0); err != nil {
		return err
	}
	rules := unix.LandlockRulesetAttr{Handled_access_fs: unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_REMOVE_DIR | unix.LANDLOCK_ACCESS_FS_REMOVE_FILE |
		unix.LANDLOCK_ACCESS_FS_MAKE_CHAR | unix.LANDLOCK_ACCESS_FS_MAKE_DIR | unix.LANDLOCK_ACCESS_FS_MAKE_REG | unix.LANDLOCK_ACCESS_FS_MAKE_SOCK |
		unix.LANDLOCK_ACCESS_FS_MAKE_FIFO | unix.LANDLOCK_ACCESS_FS_MAKE_BLOCK | unix.LANDLOCK_ACCESS_FS_MAKE_SYM}
	fd, _, failed := syscall.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&rules)), unsafe.Sizeof(rules.Handled_access_fs), 0)
	if failed != 0 {
		return nil // a system from before 2021, or one that has it switched off
	}
	defer func() { _ = unix.Close(int(fd)) }()
	return everywhere(unix.SYS_LANDLOCK_RESTRICT_SELF, fd, 0, 0)
}

// everywhere makes a system call on every thread: what a thread gives up, the others
// keep. A program with C in it, as tests with the race detector are, cannot, and
// makes it on one.
func everywhere(call, a, b, c uintptr) error {
	_, _, failed := syscall.AllThreadsSyscall(call, a, b, c)
	if errors.Is(failed, syscall.ENOTSUP) {
		_, _, failed = syscall.RawSyscall6(call, a, b, c, 0, 0, 0)
	}
	if failed != 0 {
		return failed
	}
	return nil
}
