package journal

import (
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"reflect"
	"strings"
	"time"

	"comity/fault"
	"comity/ref"
	"comity/wire"
)

// attr cleans an attribute; hidden says that it stands where nothing is told.
func attr(a slog.Attr, depth int, hidden bool) slog.Attr {
	hidden = hidden || secretive(a.Key)
	if a.Value.Kind() == slog.KindLogValuer && guarded(a.Value.Any()) {
		hidden = true // whatever it would say of itself
	}
	v := a.Value.Resolve()
	if a.Key == "" && v.Kind() == slog.KindGroup && !hidden {
		return slog.Attr{Value: group(v.Group(), depth, false)} // its members stand for themselves
	}
	if hidden {
		return slog.String(key(a.Key), Redacted)
	}
	return slog.Attr{Key: key(a.Key), Value: value(v, depth)}
}

// group cleans the members of a group.
func group(members []slog.Attr, depth int, hidden bool) slog.Value {
	if depth >= maxDepth {
		return slog.StringValue(Redacted)
	}
	var clean []slog.Attr
	for _, m := range members[:min(len(members), maxAttrs)] {
		clean = append(clean, attr(m, depth+1, hidden))
	}
	return slog.GroupValue(clean...)
}

// value cleans a value that was resolved.
func value(v slog.Value, depth int) slog.Value {
	switch v.Kind() {
	case slog.KindString:
		return slog.StringValue(text(v.String()))
	case slog.KindBool, slog.KindInt64, slog.KindUint64, slog.KindFloat64:
		return v
	case slog.KindDuration:
		return slog.StringValue(v.Duration().String())
	case slog.KindTime:
		return slog.TimeValue(v.Time().UTC())
	case slog.KindGroup:
		return group(v.Group(), depth, false)
	}
	return known(v.Any(), depth)
}

// known writes a value of a type that is known to be harmless; no other is
// written.
func known(v any, depth int) (clean slog.Value) {
	defer func() {
		if recover() != nil { // a method of the value
			clean = slog.StringValue(Redacted)
		}
	}()
	if v == nil {
		return slog.AnyValue(nil)
	}
	if guarded(v) || depth >= maxDepth {
		return slog.StringValue(Redacted)
	}
	switch x := v.(type) {
	case error:
		return slog.StringValue(errorText(x, 0))
	case ref.Hash:
		return slog.StringValue(x.Short())
	case wire.Time:
		return slog.StringValue(x.String())
	case netip.Addr:
		return slog.StringValue(x.String())
	case netip.AddrPort:
		return slog.StringValue(x.String())
	case *net.TCPAddr:
		return slog.StringValue(x.String())
	case *net.UnixAddr:
		return slog.StringValue(text(x.String()))
	case time.Time:
		return slog.TimeValue(x.UTC())
	}
	r := reflect.ValueOf(v)
	switch r.Kind() {
	case reflect.String:
		return slog.StringValue(text(r.String()))
	case reflect.Bool:
		return slog.BoolValue(r.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return number(v, slog.Int64Value(r.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return number(v, slog.Uint64Value(r.Uint()))
	case reflect.Float32, reflect.Float64:
		return slog.Float64Value(r.Float())
	case reflect.Slice, reflect.Array:
		return list(r, depth)
	}
	return slog.StringValue(Redacted)
}

// number is a number, or the word that its type has for it.
func number(v any, plain slog.Value) slog.Value {
	if s, ok := v.(fmt.Stringer); ok {
		return slog.StringValue(text(s.String()))
	}
	return plain
}

// list writes the entries of a list; bytes are none. An id is its own word.
func list(r reflect.Value, depth int) slog.Value {
	if r.Type().Elem().Kind() == reflect.Uint8 {
		if s, ok := r.Interface().(fmt.Stringer); ok && r.Kind() == reflect.Array && r.Len() == 16 && isID(s.String()) {
			return slog.StringValue(s.String())
		}
		return slog.StringValue(Redacted)
	}
	entries := make([]any, 0, min(r.Len(), maxList))
	for i := range min(r.Len(), maxList) {
		e := slog.AnyValue(r.Index(i).Interface())
		if e.Kind() == slog.KindLogValuer && guarded(e.Any()) {
			e = slog.StringValue(Redacted)
		}
		e = value(e.Resolve(), depth+1)
		if e.Kind() == slog.KindGroup { // a list of groups is content
			e = slog.StringValue(Redacted)
		}
		entries = append(entries, e.Any())
	}
	if r.Len() > maxList {
		entries = append(entries, fmt.Sprintf("(%d more)", r.Len()-maxList))
	}
	return slog.AnyValue(entries)
}

// guarded tells what holds a secret by its type: anything of package seal and of
// the vault, and bytes, also where a pointer or a list leads to them.
func guarded(v any) bool {
	for t := reflect.TypeOf(v); t != nil; t = t.Elem() {
		if p := t.PkgPath(); p == "comity/seal" || p == "comity/vault" {
			return true
		}
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map, reflect.Chan:
		default:
			return false
		}
	}
	return false
}

// errorText is what an error says: of a fault, and of several errors that were
// joined, each by itself; of any other, which may quote what it was about, no
// more than a little. A fault never shows its cause.
func errorText(err error, depth int) string {
	if f, ok := err.(*fault.Error); ok && f != nil { // this one itself: what wraps it says more
		return cut(scrub(f.Error()), maxFault)
	}
	if several, ok := err.(interface{ Unwrap() []error }); ok && depth < maxDepth {
		var all []string
		for _, e := range several.Unwrap()[:min(len(several.Unwrap()), 8)] {
			if e != nil {
				all = append(all, errorText(e, depth+1))
			}
		}
		return cut(strings.Join(all, "; "), maxFault)
	}
	return cut(scrub(err.Error()), maxText)
}
