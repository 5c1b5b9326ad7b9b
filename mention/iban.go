package mention

import "strings"

var ibanStart = expr(`\b[A-Z]{2}\d{2}[ -]?[A-Z0-9]{2}`)

// ibanLengths are those of the IBAN registry (SWIFT, ISO 13616).
var ibanLengths = func() map[string]int {
	m := map[string]int{}
	for f := range strings.FieldsSeq("NO15 BE16 DK18 FI18 FO18 GL18 NL18 SD18 FK18 MK19 SI19 AT20 BA20 EE20 KZ20 LT20 LU20 XK20 MN20 " +
		"CH21 CR22 HR21 LI21 LV21 BG22 BH22 DE22 GB22 GE22 IE22 ME22 RS22 VA22 AE23 GI23 IL23 IQ23 TL23 OM23 SO23 AD24 CZ24 ES24 MD24 " +
		"PK24 RO24 SA24 SE24 SK24 TN24 VG24 PT25 ST25 LY25 AZ28 BY28 DO28 GT28 HU28 LB28 PL28 SV28 CY28 AL28 NI28 BR29 EG29 PS29 QA29 UA29 " +
		"JO30 KW30 MU30 TR26 IS26 FR27 GR27 IT27 MC27 MR27 SM27 DJ27 BI27 MT31 SC31 LC32 RU33 YE30 HN28") {
		m[f[:2]] = int(f[2]-'0')*10 + int(f[3]-'0')
	}
	return m
}()

// findIBAN reads accounts in the form of ISO 13616, whose check digits hold.
func (f *finder) findIBAN() {
	for _, at := range f.search(ibanStart) {
		want := ibanLengths[f.text[at[0]:at[0]+2]]
		value, end := f.collect(at[0], want)
		if want == 0 || len(value) != want || !mod97(value) {
			continue
		}
		f.take(form{kind: Account, schema: "BankAccount", property: "iban", why: "an IBAN", read: func(string) (string, bool, bool) {
			return value, true, true
		}}, at[0], end)
	}
}

// collect takes as many capitals and digits as wanted, with single spaces or
// hyphens between them, and says where they end.
func (f *finder) collect(start, want int) (string, int) {
	var b strings.Builder
	i := start
	for ; i < len(f.text) && b.Len() < want; i++ {
		c := f.text[i]
		switch {
		case isDigit(c) || c >= 'A' && c <= 'Z':
			b.WriteByte(c)
		case (c == ' ' || c == '-') && f.text[i-1] != ' ' && f.text[i-1] != '-':
		default:
			return b.String(), i
		}
	}
	return b.String(), i
}

// mod97 checks an IBAN: its first four characters put behind, letters read as 10 to
// 35, the number leaves 1 when divided by 97.
func mod97(s string) bool {
	rest := 0
	for _, c := range []byte(s[4:] + s[:4]) {
		if isDigit(c) {
			rest = (rest*10 + int(c-'0')) % 97
		} else {
			rest = (rest*100 + int(c-'A') + 10) % 97
		}
	}
	return rest == 1
}
