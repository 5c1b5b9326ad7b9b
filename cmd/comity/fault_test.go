package main

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// privileged skips a test that needs to mount or to part networks where that is
// not allowed.
func privileged(t *testing.T, command ...string) {
	t.Helper()
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Skip("only the superuser of a Linux machine can do what this test does")
	}
	if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
		t.Skipf("not possible here: %s: %v %s", strings.Join(command, " "), err, out)
	}
}

// smallDisk mounts a file system of some megabytes.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "d")
	if err != nil {
		t.Fatal(err)
	}
	privileged(t, "mount", "-t", "tmpfs", "-o", "size="+size, "none", dir)
	t.Cleanup(func() {
		_ = exec.Command("umount", "-l", dir).Run()
		_ = os.Remove(dir)
	})
	return dir
}

// TestAFullDiskLosesNothing fills the disk of the receiver and of the sender up,
// again and again, while they exchange. What cannot be kept is not acknowledged,
// and everything goes on once there is room.
func TestAFullDiskLosesNothing(t *testing.T) {
	t.Parallel()
	ours, theirs := smallDisk(t, "64m"), smallDisk(t, "64m")
	us, mx := killable(t, ours, "us/dea", "us/dea/desk", "ana"), killable(t, theirs, "mx/semar", "mx/semar/uin", "lince")
	sent := underTrouble(t, us, mx, func() {
		for n := range 6 {
			disk := []string{theirs, ours}[n%2]
			fill(t, filepath.Join(disk, "filler"))
			time.Sleep(500 * time.Millisecond)
			if n > 3 { // also for whoever begins in the middle of it
				[]*process{mx, us}[n%2].kill(t)
			}
			if err := os.Remove(filepath.Join(disk, "filler")); err != nil {
				t.Fatal(err)
			}
			if n > 3 {
				[]*process{mx, us}[n%2].serve(t)
			}
			time.Sleep(200 * time.Millisecond)
		}
	})
	if sent < 6 {
		t.Fatalf("only %d messages were sent", sent)
	}
}

// fill writes a file until there is no room.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	block := make([]byte, 64<<10)
	for err == nil {
		_, err = f.Write(block)
	}
	_ = f.Close()
}

// TestAReadOnlyDiskIsRefused: a node that could keep nothing does not start, says
// why, and is unharmed.
func TestAReadOnlyDiskIsRefused(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t, "64m")
	us, mx := killable(t, "", "us/dea", "us/dea/desk", "ana"), killable(t, disk, "mx/semar", "mx/semar/uin", "lince")
	sent := underTrouble(t, us, mx, func() {
		time.Sleep(300 * time.Millisecond)
		mx.stop(t)
		privileged(t, "mount", "-o", "remount,ro", disk)
		out, err := exec.Command("comity", "--home", string(mx.home), "--unlock", mx.key, "serve").CombinedOutput()
		if err == nil || !bytes.Contains(out, []byte("read-only")) {
			t.Errorf("on a read-only disk it gives: %v %s", err, out)
		}
		privileged(t, "mount", "-o", "remount,rw", disk)
		mx.serve(t)
		time.Sleep(300 * time.Millisecond)
	})
	if sent == 0 {
		t.Fatal("nothing was sent")
	}
}

// TestFewFilesAndLittleMemory: a node with few file descriptors, and one with
// little memory, whose port strangers keep busy: connections that say nothing,
// that are never finished, that send noise, that shake hands with a key that
// nobody pinned.
func TestFewFilesAndLittleMemory(t *testing.T) {
	t.Parallel()
	us, mx := killable(t, "", "us/dea", "us/dea/desk", "ana"), killable(t, "", "mx/semar", "mx/semar/uin", "lince")
	mx.within = []string{"sh", "-c", `ulimit -n 40; exec "$@"`, "sh"}
	us.within = []string{"sh", "-c", `ulimit -v 2000000; GOMEMLIMIT=40MiB exec "$@"`, "sh"}
	sent := underTrouble(t, us, mx, func() {
		for range 3 {
			var strangers sync.WaitGroup
			for n := range 120 {
				strangers.Go(func() { stranger([]*process{us, mx}[n%2].addr, n/2%4) })
			}
			strangers.Wait()
			time.Sleep(200 * time.Millisecond)
		}
	})
	if sent < 3 {
		t.Fatalf("only %d messages were sent", sent)
	}
}

// stranger bothers a node for a moment.
func stranger(addr string, how int) {
	c, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return
	}
	defer func() { _ = c.Close() }()
	end := time.Now().Add(700 * time.Millisecond)
	_ = c.SetDeadline(end)
	switch how {
	case 0: // says nothing
		time.Sleep(time.Until(end))
	case 1: // begins to shake hands, a byte at a time
		for _, b := range []byte{0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc} {
			_, _ = c.Write([]byte{b})
			time.Sleep(50 * time.Millisecond)
		}
	case 2: // noise
		_, _ = io.Copy(c, io.LimitReader(strings.NewReader(strings.Repeat("GET / HTTP/1.1\r\n\r\n", 1<<14)), 1<<18))
	default: // no key
		s := tls.Client(c, &tls.Config{InsecureSkipVerify: true})
		if s.Handshake() == nil {
			_, _ = s.Write([]byte("POST /orx/1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n"))
			_, _ = io.Copy(io.Discard, s)
		}
	}
}

// TestAPartitionLosesNothing has the network between two nodes fail without a
// word, and come back.
func TestAPartitionLosesNothing(t *testing.T) {
	t.Parallel()
	space, here := "comity-test-"+strings.ToLower(t.Name()[5:9]), "comity-t0"
	_ = exec.Command("ip", "netns", "del", space).Run() // of a run that was cut short
	privileged(t, "ip", "netns", "add", space)
	t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", space).Run() })
	for _, line := range []string{
		"ip link add " + here + " type veth peer name eth0 netns " + space,
		"ip addr add 10.231.77.1/30 dev " + here, "ip link set " + here + " up",
		"ip -n " + space + " addr add 10.231.77.2/30 dev eth0", "ip -n " + space + " link set eth0 up", "ip -n " + space + " link set lo up",
	} {
		privileged(t, strings.Fields(line)...)
	}
	us := listening(t, "", "10.231.77.1:47811", "us/dea", "us/dea/desk", "ana")
	mx := listening(t, "", "10.231.77.2:47812", "mx/semar", "mx/semar/uin", "lince")
	mx.within = []string{"ip", "netns", "exec", space}
	sent := underTrouble(t, us, mx, func() {
		for range 3 {
			time.Sleep(300 * time.Millisecond)
			privileged(t, "ip", "link", "set", here, "down")
			time.Sleep(1200 * time.Millisecond)
			privileged(t, "ip", "link", "set", here, "up")
		}
	})
	if sent < 3 {
		t.Fatalf("only %d messages were sent", sent)
	}
}
