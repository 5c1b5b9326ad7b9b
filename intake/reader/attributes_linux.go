package reader

import (
	"errors"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// attributes has the process end with the thread that starts it, which stays until it
// has ended, and, apart, without a network and without sight of other processes.
func attributes(apart bool) *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if apart {
		uid, gid := os.Getuid(), os.Getgid()
		a.Cloneflags = syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC
		a.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}}
		a.GidMappings = []syscall.SysProcIDMap{{ContainerID: gid, HostID: gid, Size: 1}}
	}
	return a
}

// endGroup ends a process and what it has started.
func endGroup(pid int) error { return syscall.Kill(-pid, syscall.SIGKILL) }

// bound bounds what this process, and what it starts, may take.
func bound() error {
	for what, most := range map[int]uint64{unix.RLIMIT_AS: mostBytes, unix.RLIMIT_CPU: uint64(longest.Seconds()), unix.RLIMIT_NOFILE: mostFiles, unix.RLIMIT_CORE: 0} {
		if err := unix.Setrlimit(what, &unix.Rlimit{Cur: most, Max: most}); err != nil {
			return err
		}
	}
	return nil
}

// confine has this process, and what it starts, change no file, reach no network and no
// other process, get no more rights than it has, and read nothing but what it runs on
// and some folders. No file grows, on every system; seccomp refuses calls that reach
// beyond the process; and where the kernel knows Landlock, files are opened as its
// rules say and in no other way.
func confine(folders ...string) error {
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{}); err != nil {
		return err
	}
	if err := everywhere(unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0); err != nil {
		return err
	}
	if err := landlock(folders); err != nil {
		return err
	}
	return filter()
}

// readable is what programs of the system run on.
var readable = []string{"/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/dev/null", "/dev/zero", "/dev/urandom", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu"}

// landlock closes the files, as far as the kernel can.
func landlock(folders []string) error {
	version, _, failed := syscall.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if failed != 0 {
		return nil // a system from before 2021, or one that has it switched off
	}
	const read = unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_READ_DIR
	rules := unix.LandlockRulesetAttr{Handled_access_fs: read | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_REMOVE_DIR |
		unix.LANDLOCK_ACCESS_FS_REMOVE_FILE | unix.LANDLOCK_ACCESS_FS_MAKE_CHAR | unix.LANDLOCK_ACCESS_FS_MAKE_DIR | unix.LANDLOCK_ACCESS_FS_MAKE_REG |
		unix.LANDLOCK_ACCESS_FS_MAKE_SOCK | unix.LANDLOCK_ACCESS_FS_MAKE_FIFO | unix.LANDLOCK_ACCESS_FS_MAKE_BLOCK | unix.LANDLOCK_ACCESS_FS_MAKE_SYM}
	for since, more := range map[uintptr]uint64{2: unix.LANDLOCK_ACCESS_FS_REFER, 3: unix.LANDLOCK_ACCESS_FS_TRUNCATE, 5: unix.LANDLOCK_ACCESS_FS_IOCTL_DEV} {
		if version >= since {
			rules.Handled_access_fs |= more
		}
	}
	fd, _, failed := syscall.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&rules)), unsafe.Sizeof(rules.Handled_access_fs), 0)
	if failed != 0 {
		return failed
	}
	defer func() { _ = unix.Close(int(fd)) }()
	for _, path := range append(folders, readable...) {
		if err := allow(fd, path, read); err != nil {
			return err
		}
	}
	return everywhere(unix.SYS_LANDLOCK_RESTRICT_SELF, fd, 0, 0)
}

// allow lets a file, or what is below a folder, be read; what is not there needs no
// rule.
func allow(rules uintptr, path string, access uint64) error {
	at, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer func() { _ = unix.Close(at) }()
	var is unix.Stat_t
	if err := unix.Fstat(at, &is); err != nil {
		return err
	}
	if is.Mode&unix.S_IFMT != unix.S_IFDIR {
		access &^= unix.LANDLOCK_ACCESS_FS_READ_DIR
	}
	beneath := unix.LandlockPathBeneathAttr{Allowed_access: access, Parent_fd: int32(at)}
	_, _, failed := syscall.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, rules, unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&beneath)), 0, 0, 0)
	if failed != 0 {
		return failed
	}
	return nil
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
