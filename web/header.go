package web

import "net/http"

// policy lets a page load what this node serves beside it and nothing else; no
// inline script or style runs, and no other page may frame it.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

// maxForm is how large a request's body may be where its route says nothing else: a
// plan's form with a choice for each portion and recipient.
const maxForm = 1 << 20

// guarded puts what holds for every answer around the routes.
func (s *site) guarded(h http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	if s.Origin != "" {
		// An origin that cannot be read is trusted no more than any other.
		if err := cross.AddTrustedOrigin(s.Origin); err != nil {
			s.Log.Warn("the origin of the pages cannot be read", "err", err)
		}
	}
	cross.SetDenyHandler(http.HandlerFunc(s.foreign))
	inner := cross.Handler(s.toldFrom(h))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("Content-Security-Policy", policy)
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("X-Frame-Options", "DENY")
		head.Set("Referrer-Policy", "no-referrer")
		head.Set("Cross-Origin-Opener-Policy", "same-origin")
		head.Set("Cross-Origin-Resource-Policy", "same-origin")
		head.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), publickey-credentials-get=(self), publickey-credentials-create=(self)")
		head.Set("Cache-Control", "no-store")
		if s.Secure {
			head.Set("Strict-Transport-Security", "max-age=31536000")
		}
		inner.ServeHTTP(w, r)
	})
}

// toldFrom refuses what changes something and does not say where it comes from: every
// browser of today says so, in one of two ways.
func (s *site) toldFrom(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == "" {
			s.foreign(w, r)
			return
		}
		h.ServeHTTP(w, r)
	})
}
