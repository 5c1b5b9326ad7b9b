//go:build !linux

package reader

import "syscall"

func attributes(bool) *syscall.SysProcAttr { return &syscall.SysProcAttr{} }

// bound and confine have no bounds to set here but those of the Go runtime.
func bound() error   { return nil }
func confine() error { return nil }
