package node

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"comity/fault"
	"comity/party"
	"comity/peer"
	"comity/telemetry"
)

// Config is config.toml: what its owner may change with an editor. A key
// that is not known here is an error.
type Config struct {
	Name      party.Name   `toml:"name"`            // the agency: us/dea
	Units     []party.Name `toml:"units"`           // its units, each with a sealing key
	Listen    string       `toml:"listen"`          // HOST:PORT for partners; empty: courier only
	Endpoints []string     `toml:"endpoints"`       // where partners find it: https://HOST:PORT
	Desk      party.Handle `toml:"desk"`            // the duty desk's handle
	Onward    bool         `toml:"onward_receipts"` // originators get a receipt for filings
	LogLevel  string       `toml:"log_level"`       // debug, info, warn, error
	Vaults    []string     `toml:"vault_copies"`    // files that are kept the same as the vault, on other disks

	OnArrival []string `toml:"on_arrival"`       // a program, with its arguments, that is told of what comes
	Metrics   string   `toml:"metrics"`          // HOST:PORT on this machine, for metrics and health; empty: none
	Partners  bool     `toml:"metrics_partners"` // metrics name the partners

	Pages       string `toml:"pages"`        // HOST:PORT for officers' browsers; empty: no pages
	PagesOrigin string `toml:"pages_origin"` // what a browser calls them: https://desk.example
	PagesCert   string `toml:"pages_cert"`   // files in PEM for TLS; without them this machine alone is served
	PagesKey    string `toml:"pages_key"`

	PagesProxies []string `toml:"pages_proxies"` // addresses or prefixes of proxies before the pages, whose word for addresses is believed
}

const configHead = `# The configuration of a Comity node. Unknown keys are errors.
# After a change of units, endpoints, desk or onward_receipts the node makes a
# new card at its next start: give it to the partners.
#
# vault_copies names files (not folders) on other disks, by their whole paths,
# that are kept the same as the file vault beside this one:
#   vault_copies = ['/mnt/other-disk/us-dea.vault']
# A change counts from the node's next start. Without the vault no backup can
# be read, and it is in none: what is destroyed must not live on there.
#
# on_arrival names a program, and its arguments, that is run for each cut that comes,
# with one line of JSON for its input: partner, cut, at, what. It gets no content.
#   on_arrival = ['/usr/local/bin/notify']
# metrics is where this machine, and no other, may ask for /metrics, /health/live and
# /health/ready: HOST:PORT, or the whole path of a socket; metrics_partners has the
# metrics name who the partners are.
#   metrics = '127.0.0.1:9464'
# pages is where officers' browsers find the pages: this machine alone, unless there
# are files for TLS. pages_origin is what a browser calls them; passkeys are bound to
# its name, so that another one wants new passkeys.
#   pages = '127.0.0.1:8080'        # as http://localhost:8080
#   pages = '0.0.0.0:8443'
#   pages_origin = 'https://desk.example:8443'
#   pages_cert = '/etc/comity/desk.pem'
#   pages_key = '/etc/comity/desk.key'
# pages_proxies names the addresses of proxies that stand before the pages. Their word for
# where a request comes from (Forwarded, X-Forwarded-For) is believed, and nobody else's:
#   pages_proxies = ['127.0.0.1', '192.0.2.0/28']

`

var logLevels = map[string]slog.Level{
	"": slog.LevelInfo, "debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
}

// Level gives the level of the node's log.
func (c Config) Level() slog.Level { return logLevels[c.LogLevel] }

// ReadConfig reads and checks a configuration file.
func ReadConfig(path string) (Config, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fault.New(fault.Invalid, "the configuration cannot be read").At("%s", path).Because(err)
	}
	return parseConfig(b, path)
}

func parseConfig(b []byte, path string) (Config, error) {
	var c Config
	if err := toml.NewDecoder(bytes.NewReader(b)).DisallowUnknownFields().Decode(&c); err != nil {
		return Config{}, configFault(err, path)
	}
	if err := c.check(); err != nil {
		if e := fault.Safe(err); e.Where == "" {
			return Config{}, e.At("%s", path)
		} else {
			return Config{}, e.At("%s: %s", path, e.Where)
		}
	}
	return c, nil
}

// configFault says which line of the file is wrong and how.
func configFault(err error, path string) error {
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) && len(unknown.Errors) > 0 {
		line, column := unknown.Errors[0].Position()
		var names []string
		for _, e := range unknown.Errors {
			names = append(names, strconv.Quote(strings.Join(e.Key(), ".")))
		}
		return fault.New(fault.Invalid, "there is no setting %s", strings.Join(names, ", nor ")).
			At("%s:%d:%d", path, line, column).
			Fix("settings are name, units, listen, endpoints, desk, onward_receipts, log_level, vault_copies, on_arrival, metrics, metrics_partners, pages, pages_origin, pages_cert, pages_key, pages_proxies").Because(err)
	}
	var wrong *toml.DecodeError
	if errors.As(err, &wrong) {
		line, column := wrong.Position()
		why := strings.TrimPrefix(wrong.Error(), "toml: ")
		if strings.Contains(why, "cannot decode") { // in words of the program's own
			why = "the value is of another kind than the setting takes"
		}
		return fault.New(fault.Invalid, "%s", why).At("%s:%d:%d", path, line, column).
			Fix("strings stand in quotes, lists in square brackets, yes and no are true and false; each setting stands once").Because(err)
	}
	return fault.New(fault.Invalid, "the configuration cannot be understood").At("%s", path).Because(err)
}

// check gives what is wrong with the settings, all of it.
func (c Config) check() error {
	wrong := append(c.wrongNames(), checkListen(c.Listen))
	for _, e := range c.Endpoints {
		if err := peer.CheckEndpoint(e); err != nil {
			wrong = append(wrong, fault.Safe(err).At("endpoints"))
		}
	}
	if _, known := logLevels[c.LogLevel]; !known {
		wrong = append(wrong, fault.New(fault.Invalid, "there is no log level %q", c.LogLevel).At("log_level").Fix("levels are debug, info, warn, error"))
	}
	if c.Metrics != "" {
		if err := telemetry.CheckAddress(c.Metrics); err != nil {
			wrong = append(wrong, fault.Safe(err).At("metrics"))
		}
	}
	return together(append(wrong, checkHook(c.OnArrival), c.checkPages()))
}

// together makes one error of several: each with its place and what to do.
func together(wrong []error) error {
	wrong = slices.DeleteFunc(wrong, func(err error) bool { return err == nil })
	if len(wrong) < 2 {
		return errors.Join(wrong...)
	}
	var each []string
	for _, err := range wrong {
		e := fault.Safe(err)
		said := e.Text
		if e.Where != "" {
			said = e.Where + ": " + said
		}
		if e.Hint != "" {
			said += " (" + e.Hint + ")"
		}
		each = append(each, said)
	}
	return fault.New(fault.Invalid, "%d settings are wrong: %s", len(wrong), strings.Join(each, "; "))
}

// wrongNames holds the names to their form: the TOML library does not ask the
// types to read themselves.
func (c Config) wrongNames() (wrong []error) {
	if _, err := party.ParseName(string(c.Name)); err != nil {
		wrong = append(wrong, fault.Safe(err).At("name"))
	} else if c.Name.Parent() == "" || c.Name != c.Name.Agency() {
		wrong = append(wrong, fault.New(fault.Invalid, "the node's name %q is not an agency's", c.Name).At("name").Fix("write STATE/AGENCY, such as us/dea"))
	}
	if len(c.Units) == 0 {
		wrong = append(wrong, fault.New(fault.Invalid, "the node has no unit").At("units").Fix("name at least one, such as %s/unit", c.Name))
	}
	for i, u := range c.Units {
		if _, err := party.ParseName(string(u)); err != nil {
			wrong = append(wrong, fault.Safe(err).At("units"))
		} else if u == c.Name || !u.Within(c.Name) || slices.Contains(c.Units[:i], u) {
			wrong = append(wrong, fault.New(fault.Invalid, "%q is not a unit of %s, or stands there twice", u, c.Name).At("units").
				Fix("units lie below the node: %s/...", c.Name))
		}
	}
	if c.Desk != "" {
		if _, err := party.ParseHandle(string(c.Desk)); err != nil {
			wrong = append(wrong, fault.Safe(err).At("desk"))
		}
	}
	return wrong
}

func checkListen(addr string) error {
	if addr == "" {
		return nil
	}
	_, port, err := net.SplitHostPort(addr)
	if n, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil || n == 0 {
		return fault.New(fault.Invalid, "%q is no address to listen on", addr).At("listen").Fix("write HOST:PORT, such as 127.0.0.1:7443")
	}
	return nil
}

// encode gives the file, with a comment on top.
func (c Config) encode() ([]byte, error) {
	if c.Endpoints == nil {
		c.Endpoints = []string{}
	}
	b, err := toml.Marshal(c)
	if err != nil {
		return nil, fault.New(fault.Internal, "the configuration cannot be written").Because(fmt.Errorf("toml: %w", err))
	}
	return append([]byte(configHead), b...), nil
}
