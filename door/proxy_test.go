package door_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"comity/door"
	"comity/fault"
)

func TestParseProxies(t *testing.T) {
	for text, ok := range map[string]bool{
		"127.0.0.1": true, "::1": true, "192.0.2.0/24": true, "2001:db8::/32": true, "::ffff:192.0.2.1": true,
		"": false, "proxy.example": false, "0.0.0.0/0": false, "::/0": false, "192.0.2.1/24": false, "192.0.2.0/33": false, "fe80::1%eth0": false,
		"192.0.2.1:80": false, "::ffff:192.0.2.0/120": false, "*": false, "all": false, " 127.0.0.1": false,
	} {
		list, err := door.ParseProxies([]string{text})
		if (err == nil) != ok || !ok && !fault.Is(err, fault.Invalid) || ok && len(list) != 1 {
			t.Errorf("%q: %v, %v", text, list, err)
		}
	}
	if list, err := door.ParseProxies(nil); err != nil || len(list) != 0 {
		t.Errorf("none: %v, %v", list, err)
	}
}

// TestPlace: a proxy's word is believed from the proxies that are named, and of what
// they say the nearest address that is none of theirs.
func TestPlace(t *testing.T) {
	proxies, err := door.ParseProxies([]string{"10.0.0.1", "192.0.2.0/24"})
	must(t, err)
	type headers = map[string][]string
	xff := func(lines ...string) headers { return headers{"X-Forwarded-For": lines} }
	fwd := func(lines ...string) headers { return headers{"Forwarded": lines} }
	const proxy = "10.0.0.1:4000"
	for name, c := range map[string]struct {
		remote  string
		headers headers
		want    string
	}{
		"no proxy":                        {"198.51.100.9:1", nil, "198.51.100.9"},
		"a stranger who spoofs":           {"198.51.100.9:1", xff("203.0.113.5"), "198.51.100.9"},
		"a stranger who spoofs a proxy":   {"198.51.100.9:1", xff("10.0.0.1"), "198.51.100.9"},
		"a stranger who spoofs otherwise": {"198.51.100.9:1", fwd("for=203.0.113.5"), "198.51.100.9"},
		"a proxy's neighbour":             {"10.0.0.3:1", xff("203.0.113.5"), "10.0.0.3"},
		"a proxy":                         {proxy, xff("203.0.113.5"), "203.0.113.5"},
		"a proxy by its IPv4 in IPv6":     {"[::ffff:10.0.0.1]:4000", xff("203.0.113.5"), "203.0.113.5"},
		"a proxy that says nothing":       {proxy, nil, "10.0.0.1"},
		"spoofed before a proxy":          {proxy, xff("1.1.1.1, 203.0.113.5"), "203.0.113.5"},
		"spoofed as lines of its own":     {proxy, xff("1.1.1.1", "203.0.113.5"), "203.0.113.5"},
		"spoofed with a proxy's address":  {proxy, xff("1.1.1.1, 10.0.0.1, 203.0.113.5"), "203.0.113.5"},
		"two proxies":                     {proxy, xff("1.1.1.1, 203.0.113.5, 192.0.2.77"), "203.0.113.5"},
		"proxies all the way":             {proxy, xff("192.0.2.1, 192.0.2.2"), "192.0.2.1"},
		"garbage at the end":              {proxy, xff("203.0.113.5, what"), "10.0.0.1"},
		"garbage behind a second proxy":   {proxy, xff("203.0.113.5, what, 192.0.2.77"), "192.0.2.77"},
		"garbage before":                  {proxy, xff("what, 203.0.113.5"), "203.0.113.5"},
		"nothing in it":                   {proxy, xff(""), "10.0.0.1"},
		"a comma at the end":              {proxy, xff("203.0.113.5,"), "10.0.0.1"},
		"a name":                          {proxy, xff("evil.example"), "10.0.0.1"},
		"a port":                          {proxy, xff("203.0.113.5:99"), "203.0.113.5"},
		"IPv6":                            {proxy, xff("2001:db8::5"), "2001:db8::5"},
		"IPv6 with a port":                {proxy, xff("[2001:db8::5]:99"), "2001:db8::5"},
		"IPv6 in brackets":                {proxy, xff("[2001:db8::5]"), "2001:db8::5"},
		"half a bracket":                  {proxy, xff("[2001:db8::5"), "10.0.0.1"},
		"a zone":                          {proxy, xff("fe80::1%25"), "fe80::1"},
		"IPv4 in IPv6":                    {proxy, xff("::ffff:203.0.113.5"), "203.0.113.5"},
		"more hops than are looked at":    {proxy, xff(strings.Repeat("203.0.113.5,", 9) + strings.Repeat("192.0.2.9,", 40) + "192.0.2.9"), "192.0.2.9"},
		"Forwarded":                       {proxy, fwd("for=203.0.113.5;proto=https;by=10.0.0.1"), "203.0.113.5"},
		"Forwarded, in capitals":          {proxy, fwd("For=203.0.113.5"), "203.0.113.5"},
		"Forwarded, IPv6":                 {proxy, fwd(`for="[2001:db8::5]:99"`), "2001:db8::5"},
		"Forwarded, two":                  {proxy, fwd("for=1.1.1.1, for=203.0.113.5;proto=http"), "203.0.113.5"},
		"Forwarded, two proxies":          {proxy, fwd(`for=203.0.113.5, for=192.0.2.8`), "203.0.113.5"},
		"Forwarded, hidden":               {proxy, fwd("for=_hidden"), "10.0.0.1"},
		"Forwarded, unknown":              {proxy, fwd("for=203.0.113.5, for=unknown"), "10.0.0.1"},
		"Forwarded, not said":             {proxy, fwd("for=203.0.113.5, proto=https"), "10.0.0.1"},
		"Forwarded, said twice":           {proxy, fwd("for=203.0.113.5;for=1.1.1.1"), "10.0.0.1"},
		"Forwarded, a quote left open":    {proxy, fwd(`for="1.1.1.1`, "for=203.0.113.5"), "10.0.0.1"},
		"Forwarded, a comma in quotes":    {proxy, fwd(`for=1.1.1.1;x="a, for=2.2.2.2", for=203.0.113.5`), "203.0.113.5"},
		"Forwarded, a quote quoted":       {proxy, fwd(`x="a\", for=2.2.2.2", for=203.0.113.5`), "203.0.113.5"},
		"both, and they agree":            {proxy, headers{"X-Forwarded-For": {"203.0.113.5"}, "Forwarded": {"for=203.0.113.5"}}, "203.0.113.5"},
		"both, and they differ":           {proxy, headers{"X-Forwarded-For": {"203.0.113.5"}, "Forwarded": {"for=1.1.1.1"}}, "10.0.0.1"},
		"other headers":                   {proxy, headers{"X-Real-Ip": {"203.0.113.5"}, "True-Client-Ip": {"203.0.113.5"}}, "10.0.0.1"},
		"no port":                         {"10.0.0.1", xff("203.0.113.5"), "10.0.0.1"},
		"a socket":                        {"@", xff("203.0.113.5"), "@"},
	} {
		if got := proxies.Place(c.remote, c.headers); got.Address != c.want {
			t.Errorf("%s: %s, not %s", name, got.Address, c.want)
		}
		if len(c.headers) > 0 && strings.Contains(c.remote, ":4000") {
			if got := door.Proxies(nil).Place(c.remote, c.headers); got.Address != "10.0.0.1" {
				t.Errorf("%s, and nobody is believed: %s", name, got.Address)
			}
		}
	}
	if got := proxies.Place(proxy, headers{"User-Agent": {"Firefox/150"}}); got.Agent != "Firefox/150" {
		t.Errorf("the browser is %q", got.Agent)
	}
}

// TestProxyWaits: whoever guesses behind a proxy makes others behind it wait no more,
// and does not get rid of a wait by spoofing.
func TestProxyWaits(t *testing.T) {
	s := newStand(t)
	proxies, err := door.ParseProxies([]string{"10.0.0.1"})
	must(t, err)
	guess := func(says string) error {
		from := proxies.Place("10.0.0.1:1", map[string][]string{"X-Forwarded-For": {says}})
		_, err := s.d.FinishSignIn(ctx, "no ceremony", nil, from)
		refused(t, fault.Denied, err)
		return err
	}
	var w door.Wait
	for n := range 20 {
		if err := guess(fmt.Sprintf("192.0.2.%d, 203.0.113.5", n)); errors.As(err, &w) {
			t.Fatalf("guess %d must wait", n)
		}
	}
	if err := guess("8.8.8.8, 203.0.113.5"); !errors.As(err, &w) {
		t.Errorf("who spoofs another address need not wait: %v", err)
	}
	if err := guess("203.0.113.6"); errors.As(err, &w) {
		t.Error("another one behind the proxy must wait")
	}
}

func FuzzPlace(f *testing.F) {
	f.Add("1.1.1.1, 203.0.113.5", `for="[2001:db8::5]:99";x="\"`)
	proxies, err := door.ParseProxies([]string{"10.0.0.1"})
	must(f, err)
	f.Fuzz(func(t *testing.T, x, forwarded string) {
		got := proxies.Place("10.0.0.1:1", map[string][]string{"X-Forwarded-For": {x}, "Forwarded": {forwarded}})
		if got.Address == "" || strings.ContainsAny(got.Address, " ,;\"") {
			t.Errorf("%q", got.Address)
		}
	})
}
