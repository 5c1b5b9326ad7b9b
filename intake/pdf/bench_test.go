package pdf_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"comity/intake/pdf"
)

// BenchmarkRead reads the real report, and reports how many times as long it takes
// as pdftotext does beside it, process and all; pdftotext only gives lines.
func BenchmarkRead(b *testing.B) {
	file := narrative(b, "legal/ofac-compliance-framework-2019.pdf")
	r, err := reader()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := r.Read(context.Background(), file, pdf.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	beside(b, file)
	each := b.Elapsed() / time.Duration(b.N)
	const times = 10
	start := time.Now()
	for range times {
		if n, err := r.Plain(file); err != nil || n < 10000 {
			b.Fatal(n, err)
		}
	}
	b.ReportMetric(float64(each)/float64(time.Since(start)/times), "x-plain-parse")
}

// BenchmarkStart opens a reader as a process does that reads one file: with the
// compiled program in its folder, and without.
func BenchmarkStart(b *testing.B) {
	file := narrative(b, "legal/ofac-compliance-framework-2019.pdf")
	once := func(programs string) {
		if _, err := pdf.Read(context.Background(), file, pdf.Options{Programs: programs}); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("compiled", func(b *testing.B) {
		programs := b.TempDir()
		once(programs)
		for b.Loop() {
			once(programs)
		}
		beside(b, file)
	})
	b.Run("not", func(b *testing.B) {
		for b.Loop() {
			once("")
		}
		beside(b, file)
	})
}

func beside(b *testing.B, file []byte) {
	each := b.Elapsed() / time.Duration(b.N)
	program, err := exec.LookPath("pdftotext")
	if err != nil {
		b.Log("pdftotext is not there: install poppler-utils to compare with it")
		return
	}
	name := filepath.Join(b.TempDir(), "report.pdf")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		b.Fatal(err)
	}
	const times = 10
	start := time.Now()
	for range times {
		if err := exec.Command(program, name, os.DevNull).Run(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(each)/float64(time.Since(start)/times), "x-pdftotext")
}
