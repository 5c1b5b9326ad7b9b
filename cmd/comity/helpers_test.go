package main

import (
	"errors"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
)

func exitCodeOf(err error) string {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return strconv.Itoa(exit.ExitCode())
	}
	return err.Error()
}

func holds(text, part string) bool { return regexp.MustCompile(part).MatchString(text) }

func submatch(pattern, text string) string {
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if len(m) < 2 {
		return ""
	}
	return m[1]
}

func replaceAll(s, from, to string) string { return strings.ReplaceAll(s, from, to) }
