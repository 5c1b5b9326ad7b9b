package telemetry

import (
	"context"
	"runtime"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"comity/party"
)

// metric is one number by its name. The help is what doc/operating.md lists.
func metric(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("comity_"+name, help, labels, nil)
}

var (
	up             = metric("up", "Whether the node said how it is: 1, or 0 and then nothing else is told.")
	build          = metric("build_info", "The program; always 1.", "version", "go")
	links          = metric("links", "Links with partners, by their state.", "state")
	linksFailing   = metric("links_failing", "Links on which what waits cannot be delivered.")
	linksBehind    = metric("links_behind", "Links whose partner says that its ledger is behind.")
	failingFor     = metric("link_failing_seconds", "For how long the link that fails longest has failed; 0: none does.")
	behindFor      = metric("link_behind_seconds", "For how long the partner that is behind longest has been; 0: none is.")
	queued         = metric("queued_messages", "What waits to be sent, to all partners.")
	parts          = metric("queued_parts", "Of that, parts of exhibits.")
	records        = metric("ledger_records", "Records in the node's ledger.")
	headAge        = metric("ledger_head_age_seconds", "Since when the newest head of the ledger was signed.")
	stopped        = metric("ledger_stopped", "Whether the node signs nothing, because its ledger is behind what it has signed.")
	acts           = metric("acts_committed_total", "Acts committed since the process began.")
	delivered      = metric("messages_delivered_total", "Messages that a partner took.")
	received       = metric("messages_received_total", "Messages that were taken from a partner.")
	refused        = metric("messages_refused_total", "Messages from a partner that were not taken.")
	due            = metric("duties_due", "Duties that are open.")
	overdue        = metric("duties_overdue", "Of those, duties whose time is up.")
	storeBytes     = metric("store_bytes", "Size of the database.")
	storeFree      = metric("store_free_bytes", "Room left on its disk.")
	commits        = metric("commit_duration_seconds", "How long commits took.")
	partnerState   = metric("partner_link", "The state of the link with a partner; 1 for the one it has.", "partner", "state")
	partnerQueued  = metric("partner_queued_messages", "What waits for a partner.", "partner")
	partnerParts   = metric("partner_queued_parts", "Of that, parts of exhibits.", "partner")
	partnerFailing = metric("partner_failing_seconds", "For how long nothing could be delivered to a partner; 0: it can.", "partner")
	partnerBehind  = metric("partner_behind_seconds", "For how long a partner has said that its ledger is behind; 0: it does not.", "partner")
)

// states are the values of the label state; what else a link's state is counts as
// other.
var states = []string{"active", "suspended", "frozen", "other"}

// maxPartners is how many partners are named at most.
const maxPartners = 1000

// collector turns readings into metrics, anew at each scrape.
type collector struct {
	reader *reader
	Options
}

// registry gives a registry of the node, the process and the runtime.
func registry(r *reader, o Options) *prometheus.Registry {
	all := prometheus.NewPedanticRegistry()
	all.MustRegister(&collector{r, o}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return all
}

// Describe names the metrics that are always there; the others come and go, and
// are checked when they are collected.
func (c *collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{up, build, links, linksFailing, linksBehind, failingFor, behindFor, queued, parts, records, headAge, stopped,
		acts, delivered, received, refused, due, overdue, storeBytes, storeFree, commits,
		partnerState, partnerQueued, partnerParts, partnerFailing, partnerBehind} {
		ch <- d
	}
}

// Collect reads the node.
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	e := emitter{ch}
	e.gauge(build, 1, word(c.Version), word(runtime.Version()))
	r, err := c.reader.read(context.Background())
	e.gauge(up, truth(err == nil))
	if err != nil {
		return
	}
	now := c.Now()
	e.links(r.Links, now)
	if c.Partners {
		e.partners(r.Links, now)
	}
	e.gauge(records, float64(r.Ledger.Records))
	if !r.Ledger.Head.IsZero() {
		e.gauge(headAge, age(r.Ledger.Head, now))
	}
	e.gauge(stopped, truth(r.Ledger.Stopped))
	e.counter(acts, r.Acts)
	e.counter(delivered, r.Messages.Delivered)
	e.counter(received, r.Messages.Received)
	e.counter(refused, r.Messages.Refused)
	e.gauge(due, float64(r.Duties.Due))
	e.gauge(overdue, float64(r.Duties.Overdue))
	e.gauge(storeBytes, float64(r.Store.Bytes))
	if r.Store.Free >= 0 {
		e.gauge(storeFree, float64(r.Store.Free))
	}
	e.timings(commits, r.Commits)
}

// emitter hands metrics over.
type emitter struct{ ch chan<- prometheus.Metric }

func (e emitter) gauge(d *prometheus.Desc, v float64, labels ...string) {
	e.ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}

func (e emitter) counter(d *prometheus.Desc, v uint64) {
	e.ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v))
}

func (e emitter) timings(d *prometheus.Desc, t Timings) {
	upTo := map[float64]uint64{}
	var n uint64
	for i, b := range bounds {
		n += t.Counts[i]
		upTo[b.Seconds()] = n
	}
	e.ch <- prometheus.MustNewConstHistogram(d, t.Count(), t.Sum.Seconds(), upTo)
}

// links adds the links up.
func (e emitter) links(all []Link, now time.Time) {
	count := map[string]int{}
	var waiting, ofParts, failing, behind int
	var failed, back float64
	for _, l := range all {
		count[state(l.State)]++
		waiting += max(l.Queued, 0)
		ofParts += max(l.Parts, 0)
		if !l.Failing.IsZero() {
			failing++
			failed = max(failed, age(l.Failing, now))
		}
		if !l.Behind.IsZero() {
			behind++
			back = max(back, age(l.Behind, now))
		}
	}
	for _, s := range states {
		e.gauge(links, float64(count[s]), s)
	}
	e.gauge(queued, float64(waiting))
	e.gauge(parts, float64(ofParts))
	e.gauge(linksFailing, float64(failing))
	e.gauge(linksBehind, float64(behind))
	e.gauge(failingFor, failed)
	e.gauge(behindFor, back)
}

// partners names them. A name that is none, or stands there twice, is left out.
func (e emitter) partners(all []Link, now time.Time) {
	named := map[party.Name]bool{}
	for _, l := range all {
		if _, err := party.ParseName(string(l.Partner)); err != nil || named[l.Partner] || len(named) == maxPartners {
			continue
		}
		named[l.Partner] = true
		p := string(l.Partner)
		e.gauge(partnerState, 1, p, state(l.State))
		e.gauge(partnerQueued, float64(max(l.Queued, 0)), p)
		e.gauge(partnerParts, float64(max(l.Parts, 0)), p)
		e.gauge(partnerFailing, age(l.Failing, now), p)
		e.gauge(partnerBehind, age(l.Behind, now), p)
	}
}

func state(s string) string {
	for _, known := range states {
		if s == known {
			return s
		}
	}
	return "other"
}

// age is how long ago it was, in seconds; never less than none.
func age(since, now time.Time) float64 {
	if since.IsZero() {
		return 0
	}
	return max(now.Sub(since).Seconds(), 0)
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// word is a version as a label: short and plain.
func word(s string) string {
	s = strings.Map(func(r rune) rune {
		if r > ' ' && r < 127 && r != '"' && r != '\\' {
			return r
		}
		return -1
	}, s)
	return s[:min(len(s), 64)]
}
