package mention

import (
	"regexp"
	"strings"

	"comity/mention/listed"
)

// strictForms are known by their own form, most of them by a check digit.
var strictForms = []form{
	{expr(`\bEE\.? ?UU\.?`), Place, "Address", "full", "a country: US", func(string) (string, bool, bool) { return "United States", false, true }},
	{expr(`(?i)\b[A-Z][AEIOUX][A-Z]{2}[ -]?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?[HMX](?:AS|BC|BS|CC|CL|CM|CS|CH|DF|DG|GT|GR|HG|JC|MC|MN|MS|NT|NL|OC|PL|QT|QR|SP|SL|SR|TC|TS|TL|VZ|YN|ZS|NE)[B-DF-HJ-NP-TV-ZÑX]{3}[A-Z0-9]\d\b`),
		Identity, "Person", "idNumber", "a CURP", readCURP},
	{expr(`\b[A-Z]{6}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{2}[HM]\d{3}\b`),
		Identity, "Person", "idNumber", "a voter's key of Mexico (INE)", func(s string) (string, bool, bool) { return s, false, true }},
	{expr(`\b[A-ZÑ&]{3,4}[ -]?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?[A-Z0-9]{2}[0-9A]\b`),
		Identity, "LegalEntity", "taxNumber", "an RFC", readRFC},
	{expr(`\b[A-Z]{3}[UJZ][ -]?\d{6}[ -]?\d\b`), Container, "Asset", "name", "the number of a container", readContainer},
	{expr(`(?i)\bIMEI\b[^\n\d]{0,12}(\d(?:[ /-]?\d){14})\b`), Device, "Asset", "name", "the IMEI of a telephone", func(s string) (string, bool, bool) {
		d := onlyDigits(s)
		return d, true, luhn(d) && strings.Trim(d, d[:1]) != ""
	}},
	{exprIn((*finder).longRuns, `\b[A-HJ-NPR-Z0-9]{8}[0-9X][A-HJ-NPR-Z0-9]{8}\b`), Vehicle, "Vehicle", "registrationNumber", "a VIN", func(s string) (string, bool, bool) {
		_, letters := digitsAndLetters(s)
		return s, true, letters >= 2 && vinHolds(s)
	}},
	{expr(`(?i)\bclabe[^\n\d]{0,24}(\d(?:[ -]?\d){17})\b`), Account, "BankAccount", "accountNumber", "a CLABE", readCLABE},
	{expr(`\b\d{3}[ -]?\d{3}[ -]?\d{11}[ -]?\d\b`), Account, "BankAccount", "accountNumber", "a CLABE", readCLABE},
	{expr(`(?i)\b(?:cards?|visa|mastercard|amex|american express|tarjetas?|d[ée]bito|cr[ée]dito|credit|debit)\b[^\n\d]{0,24}(\d(?:[ -]?\d){12,18})\b`), Account, "BankAccount", "accountNumber", "the number of a card", readCard},
	{expr(`\b(?:[3-6]\d{3}([ -])\d{4}[ -]\d{4}[ -]\d{4}|3[47]\d{2}[ -]\d{6}[ -]\d{5})\b`), Account, "BankAccount", "accountNumber", "the number of a card", readCard},
	{exprIn((*finder).aircraftMarks, `\b(?:X[ABC]-[A-Z]{3}|TG-[A-Z]{3}|HK-?\d{4}[A-Z]?|YV-?\d{3,4}|HR-[A-Z]{3})\b`), Aircraft, "Airplane", "registrationNumber", "an aircraft of Latin America by its mark", readSqueezed(4, 8)},
	{expr(`\b(?:[A-Z]{3}-\d{3}-[A-Z]|[A-Z]{3}-\d{2}-\d{2}|[A-Z]{2}-\d{2}-\d{3}|[A-Z]-\d{2}-[A-Z]{3})\b`), Vehicle, "Vehicle", "registrationNumber", "a plate of Mexico by its form", readSqueezed(6, 8)},
}

// labelledForms are known by the word before them.
var labelledForms = []form{
	{expr(`(?i)\bIMO(?:\s?(?:no|number|núm|número))?[.:#]{0,2}\s?(\d{7})\b`), Vessel, "Vessel", "imoNumber", "an IMO number", readIMO},
	{expr(`(?i)\bMMSI(?:\s?(?:no|number|núm|número))?[.:#]{0,2}\s?(\d{9})\b`), Vessel, "Vessel", "mmsi", "an MMSI", asIs},
	{expr(`(?i)(?:\bVIN|\bNIV|chassis|chasis|\b(?:n[úu]mero|no\.?|n[úu]m\.?) de serie|serial)(?:\s?(?:no|number|núm|número))?[.:#]{0,2}\s{0,2}([A-HJ-NPR-Z0-9]{17})\b`), Vehicle, "Vehicle", "registrationNumber", "a VIN by the word before it", func(s string) (string, bool, bool) {
		s = strings.ToUpper(s)
		return s, vinHolds(s), true
	}},
	{expr(`(?i)\bCURP(?:\s?(?:no|number|núm|número))?[.:#]{0,2}\s{0,2}([A-Z]{4}\d{6}[A-Z]{6}[A-Z0-9]\d)\b`), Identity, "Person", "idNumber", "a CURP by the word before it", readSqueezed(18, 18)},
	{expr(`(?i)\bR\.?F\.?C\.?(?:\s?(?:no|number|núm|número))?[.:#]{0,2}\s{0,2}([A-ZÑ&]{3,4}[ -]?\d{6}(?:[ -]?[A-Z0-9]{3})?)\b`), Identity, "LegalEntity", "taxNumber", "an RFC by the word before it", func(s string) (string, bool, bool) {
		s = squeeze(s)
		return s, rfcHolds(s), true
	}},
	{expr(`(?i)\b(?:SSN|social security(?:\s(?:number|no\.?))?)[.:#]{0,2}\s{0,2}(\d{3}-?\d{2}-?\d{4})\b`), Identity, "Person", "socialSecurityNumber", "a social security number of the United States", readSSN},
	{expr(`(?i)\b(?:EIN|TIN|tax(?:payer)?\s(?:id|identification)(?:\s(?:number|no\.?))?)[.:#]{0,2}\s{0,2}(\d{2}-?\d{7})\b`), Identity, "LegalEntity", "taxNumber", "a tax number of the United States", readSqueezed(9, 9)},
	{expr(`(?i)\b(?:NSS|n[úu]mero de seguridad social)[.:#]{0,2}\s{0,2}(\d{2}-?\d{2}-?\d{2}-?\d{4}-?\d)\b`), Identity, "Person", "socialSecurityNumber", "a social security number of Mexico", readSqueezed(11, 11)},
	{expr(`(?i)\b(?:NIT|N\.I\.T\.)(?:\s?(?:no|núm|número|#))?[.:#]{0,2}\s{0,2}(\d{1,3}(?:\.\d{3}){2}(?:-?\d)?|\d{6,10}(?:-?[\dK])?)\b`), Identity, "LegalEntity", "taxNumber", "a NIT", readNIT},
	{expr(`(?i)\b(?:DPI|CUI)(?:\s?(?:no|núm|número|#))?[.:#]{0,2}\s{0,2}(\d{4}[ -]?\d{5}[ -]?\d{4})\b`), Identity, "Person", "idNumber", "a DPI of Guatemala", readDPI},
	{expr(`(?i)\b(?:c[ée]dula(?: de ciudadan[íi]a)?|C\.?C\.)(?:\s?(?:no|n[úu]m|n[úu]mero|#)\b)?[.:#]{0,2}\s{0,2}(\d{1,3}(?:[.,]\d{3}){2,3}|\d{6,10})\b`), Identity, "Person", "idNumber", "a cédula", readSqueezed(6, 10)},
	{expr(`(?i)\b(?:I\.?F\.?E\.?|I\.?N\.?E\.?|clave de elector|credencial(?: para votar)?|OCR)(?:\s?(?:no|n[úu]m|n[úu]mero|#)\b)?[.:#]{0,2}\s{0,2}([A-Z]{6}\d{8}[HM]\d{3}|\d{12,13})\b`), Identity, "Person", "idNumber", "a voter's card of Mexico by the word before it", readSqueezed(12, 18)},
	{expr(`(?i)\b(?:passports?|pasaportes?)\b(?:\s(?:mexicano|estadounidense|colombiano|guatemalteco|card))?(?:,?\s?(?:no|number|num|n[úu]m|n[úu]mero|con n[úu]mero|#)\b)?[.:#°º]{0,2}\s{0,2}([A-Z]{0,4}[ -]?\d{4,}[A-Z0-9]{0,4})\b`), Passport, "Passport", "passportNumber", "a passport by the word before it", readSqueezed(6, 14)},
	{expr(`(?i)\b(?:routing|ABA|RTN)(?:\s?(?:transit)?\s?(?:no|number|#)\b)?[.:#]{0,2}\s{0,2}(\d{9})\b`), Account, "LegalEntity", "registrationNumber", "the routing number of a bank in the United States", readABA},
	{expr(`(?i)\b(?:accounts?|acct|cuentas?|cta)\b\.?(?:\s?(?:no|number|num|n[úu]m|n[úu]mero|bancaria(?: n[úu]mero)?|de cheques|ending in|terminaci[óo]n|#)\b)?(?:\s?#)?[.:]{0,2}\s{0,2}(\d[\d-]{5,19}\d)\b`), Account, "BankAccount", "accountNumber", "an account by the word before it", readSqueezed(6, 20)},
	{expr(`(?i)\b(?:swift|bic)(?:[ /](?:bic|code|c[óo]digo))?[.:#]{0,2}\s{0,2}([A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)\b`), Account, "BankAccount", "bic", "a SWIFT code by the word before it", func(s string) (string, bool, bool) {
		return s, false, s == strings.ToUpper(s)
	}},
	{expr(`(?i)\b(?:tail(?:\s(?:no|number|num))?|aircraft|aeronave|avioneta|helicopter|helic[óo]ptero|cessna|beechcraft|learjet|matr[íi]cula|registration|N-number)\b[^\n\d]{0,20}?[.:#\s]\s?(N[1-9]\d{0,4}[A-HJ-NP-Z]{0,2}|X[ABC]-?[A-Z]{3}|[A-Z]{2}-[A-Z0-9]{3,4})\b`), Aircraft, "Airplane", "registrationNumber", "an aircraft by the word before it", readTail},
	{expr(`\b(?i:licen[cs]e plates?|plate numbers?|plates?|placas?|tags?|matr[íi]culas?)\b(?i:\s(?:no|number|num|n[úu]m|n[úu]mero|de circulaci[óo]n|mexicanas?|del estado de|texas|california|arizona|new mexico|florida|TX|CA|AZ|NM)\b){0,2}[.:#"“']{0,2}\s{0,2}["“]?([A-Z0-9]{1,4}(?:[ -][A-Z0-9]{1,4}){0,2}|[A-Z0-9]{5,8})\b`), Vehicle, "Vehicle", "registrationNumber", "a plate by the word before it", readPlate},
	{exprIn((*finder).serialWords, `(?i:\b(?:serial(?:\s(?:number|num|no))?|s/n|(?:n[úu]mero|n[úu]m\.?|no\.?) de (?:serie|matr[íi]cula)|serie(?:\s(?:n[úu]mero|n[úu]m|no))?|matr[íi]cula(?:\s(?:n[úu]mero|n[úu]m|no))?))\b\.?\s?[:#]{0,2}\s{0,2}([A-Z0-9](?:[A-Z0-9-]{2,18})[A-Z0-9])\b`), Serial, "Asset", "name", "a serial number by the word before it", readSerial},
}

func (f *finder) serialWords() [][2]int { return f.cued(24, 64, "serial", "s/n", "serie", "matr") }

// tail is a mark of the United States: N and one to five digits, of which the last
// one or two may be letters (14 CFR 47.15).
var tail = expr(`\bN[1-9]\d{0,4}[A-HJ-NP-Z]{0,2}\b`)

var aircraftWord = regexp.MustCompile(`\b(?:aircraft|airplanes?|planes?|jets?|helicopters?|tail|turboprop|cessna|beechcraft|king air|learjet|gulfstream|piper|hawker|citation|aeronaves?|avionetas?|avion|aviones|helicopteros?|matriculas?|bimotor|monomotor)\b`)

// findTails reads marks of aircraft of the United States in a line that speaks of
// aircraft shortly before or behind.
func (f *finder) findTails() {
	for _, at := range f.search(tail) {
		s := f.text[at[0]:at[1]]
		if len(s) < 4 || len(s) > 6 || f.taken.meets(at[0], at[1]) {
			continue
		}
		before, behind := f.before(at[0], 60), listed.Fold(f.text[at[1]:min(len(f.text), at[1]+40)])
		before, behind = before[strings.LastIndexByte(before, '\n')+1:], strings.SplitN(behind, "\n", 2)[0]
		if aircraftWord.MatchString(before) || aircraftWord.MatchString(behind) {
			f.take(form{kind: Aircraft, schema: "Airplane", property: "registrationNumber", why: "an aircraft of the United States by its mark and the words around", read: asIs}, at[0], at[1])
		}
	}
}

// readSerial takes letters and digits with two digits among them; digits alone are
// five at least, since four are a year.
func readSerial(s string) (string, bool, bool) {
	digits, letters := digitsAndLetters(squeeze(s))
	return s, false, digits >= 2 && (letters > 0 || digits >= 5)
}

// readContainer checks the number of a container (ISO 6346): letters from 10 without
// the multiples of 11, weighed by the powers of two, modulo eleven, modulo ten.
func readContainer(s string) (string, bool, bool) {
	s = squeeze(s)
	sum := 0
	for i := range 10 {
		v := int(s[i] - '0')
		if !isDigit(s[i]) {
			v = int(s[i]-'A') + 10
			v += (v - 1) / 10 // 11, 22 and 33 are passed over
		}
		sum += v << i
	}
	return s, true, int(s[10]-'0') == sum%11%10
}

func (f *finder) aircraftMarks() [][2]int {
	return f.cued(8, 16, "xa-", "xb-", "xc-", "tg-", "hk", "yv", "hr-")
}

func asIs(s string) (string, bool, bool) { return s, false, true }

// readSqueezed takes letters and digits if there are as many as that, and digits
// among them.
func readSqueezed(least, most int) func(string) (string, bool, bool) {
	return func(s string) (string, bool, bool) {
		s = squeeze(s)
		return s, false, len(s) >= least && len(s) <= most
	}
}

func readPlate(s string) (string, bool, bool) {
	if strings.ToUpper(s) != s {
		return "", false, false
	}
	p := squeeze(s)
	digits, letters := digitsAndLetters(p)
	return p, false, len(p) >= 5 && len(p) <= 8 && digits > 0 && letters > 0
}

func readTail(s string) (string, bool, bool) {
	if strings.ToUpper(s) != s {
		return "", false, false
	}
	p := squeeze(s)
	return p, false, len(p) >= 3
}

const curpLetters = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"

// readCURP reads Mexico's population register key. Its last digit follows from
// the others (Instructivo normativo para la asignación de la CURP): ten less the
// sum of places weighed 18 to 2. One that does not hold is still of the form.
func readCURP(s string) (string, bool, bool) {
	s = squeeze(s)
	sum, weight := 0, 18
	var last rune
	for _, r := range s {
		if weight > 1 {
			sum += weight * place(curpLetters, r)
		}
		weight--
		last = r
	}
	return s, weight == 0 && int(last-'0') == (10-sum%10)%10, true
}

// place gives the place of a letter in an alphabet, counted in letters.
func place(alphabet string, r rune) int {
	n := 0
	for _, a := range alphabet {
		if a == r {
			return n
		}
		n++
	}
	return 0
}

const rfcLetters = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ"

// readRFC takes one with spaces only if its check holds: NIT 890115794 is none.
func readRFC(s string) (string, bool, bool) {
	r := squeeze(s)
	return r, rfcHolds(r), rfcHolds(r) || !strings.Contains(s, " ")
}

// rfcHolds checks the last character of Mexico's tax number (Anexo 1 of the rule
// on its making): eleven less the sum of places weighed 13 to 2, modulo eleven.
func rfcHolds(s string) bool {
	all := []rune(s)
	if len(all) == 12 {
		all = append([]rune{' '}, all...)
	}
	if len(all) != 13 {
		return false
	}
	sum := 0
	for i, r := range all[:12] {
		sum += (13 - i) * place(rfcLetters, r)
	}
	return all[12] == rune("0123456789A0"[(11-sum%11)%11])
}

// vinHolds checks the ninth place of a vehicle's number (ISO 3779, 49 CFR 565).
// Makers outside North America and China need not keep to it.
func vinHolds(s string) bool {
	const weights = "8765432X098765432"
	if len(s) != 17 {
		return false
	}
	sum := 0
	for i := range 17 {
		weight := 10
		if weights[i] != 'X' {
			weight = int(weights[i] - '0')
		}
		sum += weight * vinValue(s[i])
	}
	return s[8] == "0123456789X"[sum%11]
}

func vinValue(c byte) int {
	if isDigit(c) {
		return int(c - '0')
	}
	const values = "12345678.12345.7.923456789" // A to Z; I, O and Q do not occur
	if c < 'A' || c > 'Z' || values[c-'A'] == '.' {
		return 0
	}
	return int(values[c-'A'] - '0')
}

// readCLABE checks a bank account of Mexico: weights 3, 7, 1 modulo ten.
func readCLABE(s string) (string, bool, bool) {
	d := onlyDigits(s)
	if len(d) != 18 || d[:3] == "000" {
		return "", false, false
	}
	sum := 0
	for i := range 17 {
		sum += int(d[i]-'0') * [3]int{3, 7, 1}[i%3] % 10
	}
	return d, true, int(d[17]-'0') == (10-sum%10)%10
}

// readABA checks a routing number of the United States: weights 3, 7, 1 over all
// nine digits come to a multiple of ten.
func readABA(s string) (string, bool, bool) {
	sum := 0
	for i := range len(s) {
		sum += int(s[i]-'0') * [3]int{3, 7, 1}[i%3]
	}
	return s, true, sum%10 == 0 && sum > 0
}

// readCard checks the number of a card after Luhn (ISO/IEC 7812-1).
func readCard(s string) (string, bool, bool) {
	d := onlyDigits(s)
	return d, true, luhn(d) && strings.Trim(d, d[:1]) != "" && strings.ContainsRune("3456", rune(d[0]))
}

// luhn tells whether digits hold after Luhn (ISO/IEC 7812-1, annex B).
func luhn(d string) bool {
	sum := 0
	for i := range len(d) {
		n := int(d[len(d)-1-i] - '0')
		if i%2 == 1 {
			n = n*2/10 + n*2%10
		}
		sum += n
	}
	return sum%10 == 0
}

// readIMO checks a ship's number: its last digit is that of the sum of the others
// weighed 7 to 2.
func readIMO(s string) (string, bool, bool) {
	sum := 0
	for i := range 6 {
		sum += (7 - i) * int(s[i]-'0')
	}
	return s, true, sum%10 == int(s[6]-'0')
}

// readSSN refuses numbers that are never given: areas 000, 666 and 9xx, group 00,
// serial 0000.
func readSSN(s string) (string, bool, bool) {
	d := onlyDigits(s)
	return d, false, d[:3] != "000" && d[:3] != "666" && d[0] != '9' && d[3:5] != "00" && d[5:] != "0000"
}

// readNIT reads a tax number of Colombia or Guatemala. Colombia's check digit has
// prime weights modulo eleven (Orden Administrativa 4 of 1989).
func readNIT(s string) (string, bool, bool) {
	body, check, parted := strings.Cut(s, "-")
	body = squeeze(body)
	if !parted {
		return body, false, len(body) >= 6 && len(body) <= 10
	}
	weights := []int{3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71}
	sum := 0
	for i := range min(len(body), len(weights)) {
		c := body[len(body)-1-i]
		if !isDigit(c) {
			return "", false, false
		}
		sum += weights[i] * int(c-'0')
	}
	want := sum % 11
	if want > 1 {
		want = 11 - want
	}
	return body + strings.ToUpper(check), len(check) == 1 && int(check[0]-'0') == want, true
}

// readDPI reads Guatemala's CUI: eight digits, a check digit (weights 2 to 9 modulo
// eleven), a department of 22 and a municipality.
func readDPI(s string) (string, bool, bool) {
	d := onlyDigits(s)
	sum := 0
	for i := range 8 {
		sum += (i + 2) * int(d[i]-'0')
	}
	department := int(d[9]-'0')*10 + int(d[10]-'0')
	return d, sum%11 == int(d[8]-'0') && department >= 1 && department <= 22, true
}
