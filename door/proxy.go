package door

import (
	"net/netip"
	"strings"

	"comity/fault"
)

// Proxies are the addresses of proxies whose word for where a request comes from is
// believed: none, unless the operator names them. Anybody can write that word, so that
// of several the nearest that a proxy did not write of another proxy is taken.
type Proxies []netip.Prefix

// ParseProxies reads addresses and prefixes, such as 127.0.0.1 and 192.0.2.0/24.
func ParseProxies(texts []string) (Proxies, error) {
	var list Proxies
	for _, text := range texts {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			var a netip.Addr
			if a, err = netip.ParseAddr(text); err == nil && a.Zone() == "" {
				p = netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen())
			}
		}
		if !p.IsValid() || p.Bits() == 0 || p.Addr().Is4In6() || p != p.Masked() {
			return nil, fault.New(fault.Invalid, "%q is no address of a proxy", clipped(text)).
				Fix("write an address, such as 127.0.0.1, or a prefix, such as 192.0.2.0/24; not everybody is a proxy")
		}
		list = append(list, p)
	}
	return list, nil
}

func clipped(s string) string { return s[:min(len(s), 60)] }

func (p Proxies) has(a netip.Addr) bool {
	for _, one := range p {
		if one.Contains(a) {
			return true
		}
	}
	return false
}

// maxHops is how many hops are looked at, from the nearest on.
const maxHops = 32

// Place tells where a request comes from: by the address of the connection, HOST:PORT,
// and by what a proxy that is believed says of those before it, in the headers
// Forwarded (RFC 7239) or X-Forwarded-For.
func (p Proxies) Place(remote string, headers map[string][]string) Place {
	from := Place{Address: remote}
	if agents := headers["User-Agent"]; len(agents) > 0 {
		from.Agent = agents[0]
	}
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return from // tries are counted together for all who stand nowhere
	}
	from.Address = p.origin(at.Addr().Unmap().WithZone(""), headers).String()
	return from
}

// origin gives the nearest address that is no proxy's.
func (p Proxies) origin(near netip.Addr, headers map[string][]string) netip.Addr {
	if !p.has(near) {
		return near // what a stranger has written is not even read
	}
	by := [][]string{}
	if lines := headers["X-Forwarded-For"]; len(lines) > 0 {
		by = append(by, strings.Split(strings.Join(lines, ","), ","))
	}
	if lines := headers["Forwarded"]; len(lines) > 0 {
		by = append(by, forwarded(strings.Join(lines, ",")))
	}
	switch len(by) {
	case 0:
		return near
	case 1:
		return p.walk(near, by[0])
	}
	// A proxy that writes the one lets through what a stranger has written into the
	// other: where they differ, neither is believed.
	if a, b := p.walk(near, by[0]), p.walk(near, by[1]); a == b {
		return a
	}
	return near
}

// walk goes back along the hops, as long as they are proxies that are believed. What
// is no address is where it ends.
func (p Proxies) walk(near netip.Addr, hops []string) netip.Addr {
	for n := len(hops) - 1; n >= max(0, len(hops)-maxHops) && p.has(near); n-- {
		a, ok := hop(hops[n])
		if !ok {
			return near
		}
		near = a
	}
	return near
}

// hop reads an address as proxies write it, with or without a port.
func hop(text string) (netip.Addr, bool) {
	text = strings.TrimSpace(text)
	if at, err := netip.ParseAddrPort(text); err == nil {
		return at.Addr().Unmap().WithZone(""), true
	}
	if inner, ok := strings.CutPrefix(text, "["); ok {
		text, ok = strings.CutSuffix(inner, "]")
		if !ok {
			return netip.Addr{}, false
		}
	}
	a, err := netip.ParseAddr(text)
	return a.Unmap().WithZone(""), err == nil
}

// forwarded gives what the elements of a Forwarded header say of whom they are for; an
// element that does not say, and a header that is not well formed, give no address.
func forwarded(text string) []string {
	elements, ok := parted(text, ',')
	if !ok {
		return []string{""}
	}
	var hops []string
	for _, e := range elements {
		whom := ""
		pairs, _ := parted(e, ';') // the quotes are whole
		for _, pair := range pairs {
			name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			if strings.EqualFold(name, "for") {
				if whom != "" {
					return []string{""}
				}
				whom = unquoted(value)
			}
		}
		hops = append(hops, whom)
	}
	return hops
}

// parted splits a text outside its quotes, which must be whole.
func parted(text string, by byte) (parts []string, ok bool) {
	quoted, from := false, 0
	for i := 0; i < len(text); i++ {
		switch {
		case quoted && text[i] == '\\':
			i++
		case text[i] == '"':
			quoted = !quoted
		case !quoted && text[i] == by:
			parts, from = append(parts, text[from:i]), i+1
		}
	}
	return append(parts, text[from:]), !quoted
}

// unquoted takes the quotes from a value. An address has no letter that wants a
// backslash, and one that has it is none.
func unquoted(value string) string {
	if inner, ok := strings.CutPrefix(value, `"`); ok {
		value, _ = strings.CutSuffix(inner, `"`)
	}
	return value
}
