//go:build !linux

package reader

import "syscall"

func attributes(bool) *syscall.SysProcAttr { return &syscall.SysProcAttr{} }

func endGroup(pid int) error { return syscall.Kill(pid, syscall.SIGKILL) }

// bound and confine have no bounds to set here but those of the Go runtime.
func bound() error            { return nil }
func confine(...string) error { return nil }
