package mention

import "strings"

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// titles come before a person's name.
var titles = set(`mr mrs ms miss dr sir madam lord lady gen general lt lieutenant col colonel capt captain maj major sgt sergeant cpl corporal adm admiral
sheriff deputy judge justice senator sen rep representative congressman congresswoman president vicepresident governor gov mayor secretary undersecretary director administrator
agent detective officer attorney advisor adviser commissioner ambassador minister chancellor chief chairman chairwoman speaker prosecutor inspector marshal professor prof pope king queen prince
sr sra srta senor senora don dona lic licenciado licenciada ing ingeniero arq doctor doctora mtro mtra cmdte comandante gral cap capitan tte teniente cnel coronel mayor almirante sgto sargento agente
presidente presidenta gobernador gobernadora alcalde alcaldesa secretario subsecretario subsecretaria fiscal procurador procuradora juez jueza magistrado magistrada ministro ministra
diputado diputada senadora embajador embajadora embajadora jefe jefa licenciados canciller directora comisionado comisionada padre obispo arzobispo cardenal
defendant coconspirator gentleman lady premier primeminister nominee spokesman spokeswoman spokesperson vocero vocera counselor counsel leader lider lugarteniente commander presidents presidentes senators sheriffs judges secretaries generals`)

// titleParts may stand among titles, and are no names.
var titleParts = set(`vice deputy assistant acting interim former general chief under united states attorney district special in charge of the homeland security first second
national public federal state defense foreign prime circuit associate senior executive majority minority whip house de del la republica estado nacional mexicano mexicana and to al frente adjunto interino`)

// given and surnames are common ones of Mexico, its neighbours and the United
// States: with one of them a run of capitals is read as a person.
var given = set(`aaron abel abelardo abigail abraham adalberto adam adan adolfo adrian adriana agustin alan albert alberto aldo alejandra alejandro alex alexander alexandra alexis alfonso alfredo alice alicia allen alma alonso
alvaro amado amy ana andrea andres andrew andy angel angela angelica angelina angie anna anne anthony antonio antony araceli ariel armando arnold arnulfo arthur arturo  ashley audias augusto aurelio aurora austin
barack barbara beatriz ben benito benjamin bernardo bertha betty bill billy blanca bob bobby brad brandon brenda brian bruce bruno bryan caleb camilo carl carla carlos carmen carol carolina caroline catherine cecilia cesar charles
charlie chris christian christina christine christopher cindy clara claudia clemente colin connie consuelo cora craig cristian cristina cynthia dale damaso dan daniel daniela danny darren dave david dean deborah delfina
denise dennis diana diane diego dionisio domingo don donald dora dorothy douglas doug edgar edgardo edith edmundo eduardo edward edwin efrain eleazar elena elias elizabeth ellen eloy elsa elvia emilia emiliano emilio emily emma
enedina enrique eric erica erick erik ernest ernesto esteban esther eugenia eugenio eusebio eva evelyn ezequiel fabian fabiola faustino federico felipe felix ferdinand fermin fernanda fernando fidel florencio francis francisco frank
fred frederick gabriel gabriela gael gary genaro george gerald gerardo german gilbert gilberto gina gloria gonzalo graciela greg gregorio gregory griselda guadalupe guillermo gustavo harold harry heather hector heliodoro helen henry
heriberto hernan hilda hillary hipolito hugo humberto ian ignacio ildefonso ines irene iris irma isaac isabel isidro ismael israel ivan jack jacob jacqueline jaime jake james jamie jan jane janet jason javier jay jean jeff jeffrey
jennifer jeremy jerry jesse jessica jesus jill jim jimena jimmy joan joanna joaquin joe joel john johnny jon jonathan jorge jose josefina joseph josh joshua josue joyce juan juana juanita jude judith julia julian julie julieta julio
justin karen karina karla karl kate katherine kathleen kathy keith kelly ken kenneth kevin kim kimberly kirstjen kristi kurt kyle larry laura lawrence lazaro leandro leo leonardo leonel leonor leopoldo leroy leslie leticia lewis lidia
lilia linda lisa liz lorena lorenzo lori louis lourdes lucas lucia luciano lucy luis luisa luz lydia lynn magdalena manuel marc marcela marcelo marco marcos margaret margarita maria mariana mariano maribel maricela marilyn mario marisol
mark marlene marta martha martin mary mateo matt matthew mauricio max maximiliano mayra megan melissa mercedes merrick michael michelle miguel miguela mike minerva mireya miriam misael moises monica nadia nancy nancy natalia nathan neil
nelson nemesio nestor nicholas nicolas nicole nick nidia noe noel noemi nora norberto norma octavio olga oliver olivia omar orlando oscar osiel osvaldo ovidio pablo pam pamela patricia patricio patrick paul paula pedro peggy pete
peter phil philip phillip porfirio rachel rafael ralph ramiro ramon raquel raul ray raymond rebeca rebecca refugio rene reynaldo ricardo richard rick rita rob robert roberto robin rocio rodolfo rodrigo rogelio roger rolando roman ron
ronald rosa rosalba rosalinda rosario rosemary roy ruben rudolph russell ruth ryan sabino sally salvador sam samantha samuel sandra santiago santos sara sarah saul scott sean sebastian serafin sergio sharon sheila shirley silvia simon sofia
sonia sophia stacy stanley stephanie stephen steve steven stuart susan susana sylvia tania ted teodoro teofilo teresa terry theodore theresa thomas tiburcio tim timothy tina todd tom tomas tony tracy trinidad ulises valentin valentina
valeria vanessa veronica vicente vicki victor victoria vincent violeta virginia virgilio vladimir walter wanda wayne wendy wenceslao wilfredo william xavier xi yadira yolanda zacarias zoe zulema donna joesph kamala alejandrina eleanor rahul doug
zhang wang chen liu zhao huang zhou zhu guo li xu antony janet lloyd alejandro rosa marcelo pete marco pam kash tulsi tom sara liz jen karine jake linda`)

var surnames = set(`acosta acuna aguayo aguilar aguirre alarcon alcala aleman alvarado alvarez amezcua anaya anderson andrade angulo aquino aragon aranda araujo arce arellano arevalo arias armenta arredondo arriaga arroyo avalos avila ayala
baca baez bailey baker ballesteros banuelos barajas barba barragan barraza barrera barrios bautista becerra becerril bell beltran benavides benitez bennett bermudez bernal biden blanco blinken bonilla bravo briones brito brown bueno burgos bush bustamante
caballero cabrera calderon camacho camarena campbell campos cano cantu cardenas cardona carmona caro carranza carrasco carrera carrillo carrizales carter castaneda castellanos castillo castro cazares ceballos cervantes cevallos chavez cisneros clark clinton
coronado coronel contreras cook cooper cordero cordova corona corral correa cortes cortez covarrubias cox cruz cuellar cuevas davila davis diaz dominguez duarte duenas duran edwards elenes enriquez escalante escamilla escobar escobedo esparza espinosa espinoza esqueda
esquivel estrada evans felix fernandez ferrer figueroa flores fonseca franco fuentes galindo gallardo gallegos galvan galvez gamboa gamez garay garcia garland garrido garza gastelum gil gimenez godinez godoy gomez gonzales gonzalez gonzalez granados grande gray green
griffin guajardo guardado guerra guerrero guevara guillen gutierrez guzman hall harris heredia hernandez herrera hidalgo higuera hill hinojosa howard huerta hughes hurtado ibarra iniguez irigoyen izquierdo jackson jaimes jaramillo jasso jaso jimenez johnson jones
juarez kelly kennedy king landeros lara laredo larios ledesma leal lee lemus leon lerma lewis leyva limon lizarraga llamas loera lomeli long lopez lozano lucero lucio lugo luna machado macias madrid madrigal maldonado manriquez manzano marin marquez marroquin martin
martinez mata mayorga medina medrano mejia melendez mena mendez mendoza mercado meza miller miranda mitchell molina mondragon montano montes montoya moore mora morales moran moreno morgan morris munoz murillo murphy myers najera naranjo nava navarrete navarro nelson
nieto nixon noriega nunez obama obrador ocampo ochoa ojeda olivares olivas olvera ontiveros orozco orta ortega ortiz oseguera osorio osuna pacheco padilla palacios palma paredes parker parra partida patino payan pena peralta perez phillips pimentel pineda plascencia
ponce portillo prado preciado quezada quintana quintero quiroz ramirez ramos rangel rascon reed rendon resendiz reyes reynoso rico rincon rios rivas rivera roberts robinson robles rocha rodriguez rogers rojas roldan roman romero rosales rosas ross rubio rueda ruiz
saenz salas salazar salcedo salcido saldana saldivar salgado salinas sanchez sandoval sanders santana santiago santos sauceda scott segura sepulveda serrano shaw sheinbaum silva smith solano solis solorzano soria sosa soto stewart suarez tamayo tapia taylor tejeda
tellez terrazas thomas thompson torres tovar trejo trevino trevizo trujillo trump turner urias uribe urquidez valadez valdes valdez valencia valenzuela valle vallejo vargas vasquez vazquez vega velasco velazquez velez vera vidal villa villalobos villanueva villarreal
villasenor villegas walker ward washington watson white williams wilson wood wright yanez young zamora zambada zapata zaragoza zavala zepeda zuniga jinping ebrard xi lopez mayorkas zhang wang chen liu zhao huang zhou zhu guo li xu`)

// orgWords make a run of capitals an organisation.
var orgWords = set(`department bureau agency administration office commission committee subcommittee council court courts police patrol force forces cartel organization organisation association institute university college bank
company corporation corp inc llc ltd co plc foundation ministry embassy consulate congress senate parliament service services center centre unit command army navy marines guard laboratory laboratories coalition federation union
party church hospital school group holdings enterprises industries gang mafia brigade battalion fund authority board secretariat alliance taskforce government house division legislature assembly secretariat partnership institution expeditionary
network team squad prison penitentiary jail academy trust investigations society league club newspaper times post dialogue initiative
secretaria subsecretaria fiscalia procuraduria policia guardia ejercito armada comision consejo instituto universidad banco cartel grupo sindicato partido congreso senado camara tribunal corte juzgado ministerio embajada consulado direccion
agencia unidad organizacion empresa comercializadora constructora inmobiliaria transportes distribuidora fundacion asociacion federacion alianza ayuntamiento servicio servicios oficina centro sistema administracion comandancia brigada
gobierno coordinacion mando procuraduria hospital escuela iglesia sociedad compania cia penal cereso plataforma conferencia sa sapi rl foro proceso`)

// weakOrgWords make one only with a name before them or of-words behind them.
var weakOrgWords = set(`force forces group unit house division network team party times post fund dialogue initiative center centre service services government gobierno partnership proceso foro sistema centro school church society investigations council union`)

// suffixes end a company's name.
var suffixes = set("inc llc ltd co corp corporation incorporated limited plc gmbh sa cv rl sapi cia llp lp sadecv srl")

// knownOrgs are organisations by themselves.
const knownOrgs = `dea fbi ice hsi cia atf cbp nsa doj dhs dod nato un onu unodc ofac fincen ocdetf hidta cjng sedena semar fgr pgr cni cisen sspc sat uif inm cndh oea oas irs usms southcom northcom interpol europol pemex
zetas|los zetas|ms-13|ms 13|mara salvatrucha|la mara salvatrucha|barrio 18|tren de aragua|tda|la familia|la familia michoacana|knights templar|caballeros templarios|los caballeros templarios|hells angels|la linea|los chapitos|
los cuinis|gente nueva|carteles unidos|cartel de sinaloa|mexican mafia|la eme|congress|senate|pentagon|supreme court|border patrol|coast guard|national guard|guardia nacional|united nations|naciones unidas|homeland security|hezbollah|
hamas|isis|al qaeda|al-qaeda|taliban|house of representatives|ondcp|nacional financiera|western union|uscis|usaid|state department|treasury department|
justice department|defense department|camara de diputados|senado de la republica|camara de senadores|suprema corte de justicia de la nacion|world bank|banco mundial|g7|g20|interpol mexico|nss|nsc|cicad|incb|citgo|hsbc|wachovia|bancomer|banamex|
international criminal police organization|gulf cartel|jalisco cartel new generation|jalisco new generation cartel|new generation jalisco cartel|cartel jalisco nueva generacion|
cartel de jalisco nueva generacion|cartel jalisco new generation|la nueva familia michoacana|nueva familia michoacana|guerreros unidos|los rojos|los ardillos|los viagras|los mexicles|los artistas asesinos|
la barredora|santa rosa de lima cartel|cartel de santa rosa de lima|union tepito|la union tepito`

var knownOrg = func() map[string]bool {
	m := map[string]bool{}
	for part := range strings.SplitSeq(knownOrgs, "|") {
		part = strings.TrimSpace(part)
		if line, rest, ok := strings.Cut(part, "\n"); ok { // the first line has one acronym a word
			for w := range strings.FieldsSeq(line) {
				m[w] = true
			}
			part = rest
		}
		m[placeKey(part)] = true
	}
	return m
}()

// openers are small words that may be written with a capital at the head of a run
// and are no part of a name.
var openers = set(`the a an our this these those that my your his her its their in on at of for and by with from to as if when while but or nor so yet since after before during under over between both each every all any no not
both such also then now today yesterday however moreover meanwhile although because though once here there what who whom whose which where why how i we he she it they you yes
el la los las lo un una unos unas en de del con por para segun su sus este esta estos estas ese esa y e o ni que como cuando donde si no pero al tras desde hasta entre sobre ante bajo durante mediante contra hoy ayer
recognizing building regarding concerning including following according despite through given says said per via re re: fwd congratulating`)

// epithets are put before the name of an organisation and are no part of it.
var epithets = set("senior notorious former violent alleged powerful deadly dangerous infamous suspected rival ruthless brutal feared bloody so-called")

// roles are what somebody is, behind the name of an organisation.
var roles = set("official officials")

// departments are the short names of those that "and" lists.
var departments = set("state treasury justice defense war commerce energy labor education agriculture transportation interior")

// joiners may stand inside the name of an organisation.
var ofWords = set("of for de del against contra para to on sobre")
var articles = set("the la las los el all")
var andWords = set("and y e &")

// personParticles may stand inside the name of a person.
var personParticles = set("de del la las los y van von der den bin ibn al da dos do di")

// notNames are words with a capital that no person is called by, beyond the common
// words: what is behind a title in the name of an office.
var notNames = set(`hacienda marina defensa gobernacion relaciones exteriores economia salud educacion energia nacion union republica estado federacion congreso senado camara justicia interior exterior agricultura trabajo turismo bienestar cultura
police sheriff house senate treasury commerce education energy homeland intelligence narcotics americas americans american mexican mexicans congress christian democrat republican democrats republicans speaker madam investigations enforcement customs
english spanish chinese canadian colombian border cartel drug fentanyl cocaine heroin internet covid humvee humvees visa act section article title chapter sec clerk protection migration affairs sanctions designation despacho privy citizen kingpin`)

// countyWords make the capitals before them a place, portWords those behind them.
var countyWords = set("county counties parish municipality river bay valley mountains desert island islands city airport bridge checkpoint ranch peninsula harbor hemisphere")
var portWords = set("fort camp port lake mount ciudad puerto ejido colonia cerro rio isla barrio rancho playa villa base")

// near are words before a place.
var near = set("in at to from near of through across toward towards around outside inside into between en a desde hacia cerca por entre hasta municipio ciudad poblado estado pueblo comunidad localidad ejido sindicatura puerto")
