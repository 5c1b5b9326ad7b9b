package mention

import (
	_ "embed"
	"strings"
	"sync"
)

// municipalities are described in data/README.md.
//
//go:embed data/municipalities.txt
var municipalities string

// spot is a place by its name.
type spot struct {
	property string // of an Address: country, state or city
	value    string // the English name of a country; otherwise the name stands for itself
	code     string // ISO 3166-1 of a country, in small letters as FollowTheMoney has it
	weak     bool   // it is taken only where the words around say that it is a place
	doubtful bool   // another meaning is common
}

// countries are by ISO 3166-1 code, in English and Spanish where they differ.
const countries = `af afghanistan|afganistan;al albania;dz algeria|argelia;ad andorra;ao angola;ag antigua and barbuda|antigua y barbuda;ar argentina;am armenia;au australia;at austria;
az azerbaijan|azerbaiyan;bs bahamas|the bahamas|las bahamas;bh bahrain|bahrein;bd bangladesh;bb barbados;by belarus|bielorrusia;be belgium|belgica;bz belize|belice;bj benin;bt bhutan;bo bolivia;
ba bosnia and herzegovina|bosnia;bw botswana;br brazil|brasil;bn brunei;bg bulgaria;bf burkina faso;bi burundi;kh cambodia|camboya;cm cameroon|camerun;ca canada;cv cape verde|cabo verde;
cf central african republic|republica centroafricana;td chad;cl chile;cn china|people's republic of china|prc|republica popular china;co colombia;km comoros;cg congo;cd democratic republic of the congo;
cr costa rica;ci cote d'ivoire|ivory coast;hr croatia|croacia;cu cuba;cy cyprus|chipre;cz czechia|czech republic|republica checa;dk denmark|dinamarca;dj djibouti;dm dominica;
do dominican republic|republica dominicana;ec ecuador;eg egypt|egipto;sv el salvador;gq equatorial guinea|guinea ecuatorial;er eritrea;ee estonia;sz eswatini;et ethiopia|etiopia;fj fiji;
fi finland|finlandia;fr france|francia;ga gabon;gm gambia|the gambia;ge georgia;de germany|alemania;gh ghana;gr greece|grecia;gd grenada|granada;gt guatemala;gn guinea;gy guyana;ht haiti;
hn honduras;hu hungary|hungria;is iceland|islandia;in india;id indonesia;ir iran;iq iraq|irak;ie ireland|irlanda;il israel;it italy|italia;jm jamaica;jp japan|japon;jo jordan|jordania;
kz kazakhstan|kazajistan;ke kenya;kw kuwait;kg kyrgyzstan|kirguistan;la laos;lv latvia|letonia;lb lebanon|libano;ls lesotho;lr liberia;ly libya|libia;li liechtenstein;lt lithuania|lituania;
lu luxembourg|luxemburgo;mg madagascar;mw malawi;my malaysia|malasia;mv maldives|maldivas;ml mali;mt malta;mr mauritania;mu mauritius|mauricio;mx mexico|mejico|united mexican states|estados unidos mexicanos;
md moldova|moldavia;mc monaco;mn mongolia;me montenegro;ma morocco|marruecos;mz mozambique;mm myanmar|burma|birmania;na namibia;np nepal;nl netherlands|the netherlands|paises bajos|holanda;
nz new zealand|nueva zelanda;ni nicaragua;ne niger;ng nigeria;kp north korea|corea del norte;mk north macedonia;no norway|noruega;om oman;pk pakistan;pw palau;pa panama;py paraguay;pe peru;
ph philippines|filipinas;pl poland|polonia;pt portugal;qa qatar;ro romania|rumania;ru russia|rusia|russian federation|federacion de rusia;rw rwanda|ruanda;ws samoa;sa saudi arabia|arabia saudita;
sn senegal;rs serbia;sc seychelles;sl sierra leone|sierra leona;sg singapore|singapur;sk slovakia|eslovaquia;si slovenia|eslovenia;so somalia;za south africa|sudafrica;kr south korea|republic of korea|corea del sur;
ss south sudan;es spain|espana;lk sri lanka;sd sudan;sr suriname|surinam;se sweden|suecia;ch switzerland|suiza;sy syria|siria;tw taiwan;tj tajikistan|tayikistan;tz tanzania;th thailand|tailandia;
tl timor-leste;tg togo;tt trinidad and tobago|trinidad y tobago|trinidad;tn tunisia|tunez;tr turkey|turkiye|turquia;tm turkmenistan;ug uganda;ua ukraine|ucrania;
ae united arab emirates|emiratos arabes unidos|uae;gb united kingdom|reino unido|great britain|u.k.|uk;gb england|inglaterra;gb scotland|escocia;
us united states|united states of america|u.s.|usa|u.s.a.|us|estados unidos|estados unidos de america|ee.uu.|eua|e.u.a.|ee. uu.|america;uy uruguay;uz uzbekistan;va vatican|holy see|santa sede;
ve venezuela;vn vietnam|viet nam;ye yemen;zm zambia;zw zimbabwe;hk hong kong;pr puerto rico;ps gaza;ps west bank;cs czechoslovakia|checoslovaquia;su soviet union`

// states are those of the United States and of Mexico.
const states = `alabama,alaska,arizona,arkansas,california,colorado,connecticut,delaware,florida,georgia,hawaii,idaho,illinois,indiana,iowa,kansas,kentucky,louisiana,maine,maryland,
massachusetts,michigan,minnesota,mississippi,missouri,montana,nebraska,nevada,new hampshire,new jersey,new mexico,north carolina,north dakota,ohio,oklahoma,oregon,pennsylvania,rhode island,
south carolina,south dakota,tennessee,texas,utah,vermont,virginia,west virginia,wisconsin,wyoming,district of columbia,nuevo mexico,
southern california,northern california,west texas,south texas,
aguascalientes,baja california,baja california sur,campeche,chiapas,chihuahua,coahuila,coahuila de zaragoza,colima,durango,estado de mexico,state of mexico,guanajuato,guerrero,hidalgo,jalisco,
michoacan,michoacan de ocampo,morelos,nayarit,nuevo leon,oaxaca,puebla,queretaro,quintana roo,san luis potosi,sinaloa,sonora,tabasco,tamaulipas,tlaxcala,veracruz,veracruz de ignacio de la llave,yucatan,zacatecas`

// cities are known by themselves, without words around them.
const cities = `washington,washington dc,washington d.c.,new york,new york city,los angeles,chicago,houston,san diego,san antonio,dallas,austin,phoenix,tucson,el paso,laredo,brownsville,mcallen,eagle pass,del rio,
san ysidro,otay mesa,calexico,nogales,yuma,san francisco,san jose,seattle,portland,denver,las vegas,albuquerque,santa fe,las cruces,miami,tampa,orlando,atlanta,philadelphia,boston,detroit,baltimore,
new orleans,memphis,nashville,charlotte,columbus,cleveland,indianapolis,kansas city,st. louis,saint louis,minneapolis,milwaukee,oklahoma city,tulsa,sacramento,oakland,fresno,bakersfield,corpus christi,fort worth,
honolulu,anchorage,salt lake city,boise,langley,quantico,guantanamo,san juan,
mexico city,ciudad de mexico,cdmx,tijuana,mexicali,ensenada,tecate,rosarito,ciudad juarez,juarez,nuevo laredo,reynosa,matamoros,piedras negras,ciudad acuna,agua prieta,hermosillo,culiacan,mazatlan,los mochis,
guadalajara,zapopan,tlaquepaque,puerto vallarta,monterrey,saltillo,torreon,gomez palacio,durango,morelia,uruapan,apatzingan,lazaro cardenas,acapulco,chilpancingo,iguala,taxco,cuernavaca,toluca,ecatepec,
nezahualcoyotl,leon,celaya,irapuato,salamanca,tampico,altamira,ciudad victoria,veracruz,xalapa,coatzacoalcos,villahermosa,merida,cancun,playa del carmen,tulum,tapachula,tuxtla gutierrez,san cristobal de las casas,
manzanillo,tepic,badiraguato,navolato,guamuchil,guasave,caborca,navojoa,ciudad obregon,guaymas,la paz,cabo san lucas,los cabos,aguililla,tepalcatepec,ayotzinapa,
guatemala city,ciudad de guatemala,tegucigalpa,san pedro sula,san salvador,managua,panama city,bogota,medellin,cali,barranquilla,cartagena,cucuta,buenaventura,caracas,maracaibo,quito,guayaquil,lima,la habana,havana,
madrid,barcelona,london,londres,paris,berlin,rome,roma,vienna,viena,brussels,geneva,ginebra,the hague,la haya,amsterdam,rotterdam,antwerp,moscow,beijing,shanghai,wuhan,guangzhou,shenzhen,hong kong,tokyo,
ottawa,toronto,vancouver,montreal,kingston,port-au-prince,santo domingo,tehran,baghdad,kabul,jerusalem,dubai,istanbul,new delhi`

// regions have a name of their own.
const regions = `north america,south america,central america,latin america,western hemisphere,middle east,europe,africa,asia,caribbean,the caribbean,america latina,america del norte,centroamerica,sudamerica,
golden triangle,triangulo dorado,rio grande,rio bravo,rio grande valley,gulf of mexico,golfo de mexico,gulf of california,pacific ocean,caribbean sea,sierra madre,tierra caliente,southwest border,
northern triangle,triangulo norte,european union,darien,darien gap,silicon valley,the americas,las americas,
white house,casa blanca,capitol hill,los pinos,palacio nacional`

const mostPlaceWords = 7

// gazetteer gives the places by folded name.
var gazetteer = sync.OnceValue(func() map[string]spot {
	m := make(map[string]spot, 3500)
	for line := range strings.SplitSeq(strings.TrimSpace(municipalities), "\n") {
		name, _, _ := strings.Cut(line, "\t")
		m[placeKey(name)] = spot{property: "city", weak: true, doubtful: true}
	}
	for _, all := range []struct{ names, property string }{{cities, "city"}, {states, "state"}, {regions, "region"}} {
		for name := range strings.SplitSeq(strings.ReplaceAll(all.names, "\n", ""), ",") {
			m[placeKey(name)] = spot{property: all.property}
		}
	}
	for entry := range strings.SplitSeq(strings.ReplaceAll(countries, "\n", ""), ";") {
		code, names, _ := strings.Cut(strings.TrimSpace(entry), " ")
		english, _, _ := strings.Cut(names, "|")
		for name := range strings.SplitSeq(names, "|") {
			m[placeKey(name)] = spot{property: "country", value: inCapitals(english), code: code}
		}
	}
	for name := range strings.FieldsSeq("georgia jordan chad turkey washington guerrero hidalgo morelos juarez guadalajara leon merida victoria salamanca america lima cali roma virginia austin durango veracruz mexico") {
		if s, ok := m[name]; ok {
			s.doubtful = name != "mexico"
			m[name] = s
		}
	}
	delete(m, "us") // the pronoun in capitals
	return m
})

// inCapitals writes the name of a country as English does.
func inCapitals(name string) string {
	if name == "cote d'ivoire" {
		return "Côte d'Ivoire"
	}
	b := []byte(name)
	for i := range b {
		word, _, _ := strings.Cut(name[i:], " ")
		if (i == 0 || b[i-1] == ' ' || b[i-1] == '-') && word != "and" && word != "of" && word != "the" {
			b[i] -= 'a' - 'A'
		}
	}
	return string(b)
}

// placeKey folds the name of a place: words parted by one space, without dots.
func placeKey(s string) string {
	return oneLine(plainMarks.Replace(s))
}

var plainMarks = strings.NewReplacer(".", "", "'", "", "’", "", "-", " ", ",", " ")
