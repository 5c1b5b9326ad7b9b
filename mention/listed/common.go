package listed

// Common tells a word, folded, that is no name by itself in English or Spanish,
// though it may be part of one: words of the language, months, days, ranks.
func Common(folded string) bool { return common[folded] }

// commonWords are our own choice: the small words of both languages, and those that
// texts of the police and of government write with a capital.
const commonWords = `
a about above across after again against ago all almost alone along already also although always am among an and another any anyone
anything are around as asked at away back be became because become been before began behind being below between beyond big both bring but
by called came can cannot case cases center central charged chief city close come coming common concern contact could country county
court courts crime day days dear did do does done down drug drugs during each early east eastern effect effects eight either
else end enough especially even ever every everyone example fact federal few finally find first five following for force forces former
four free from front full further future gave general get give given go goes going good government great group groups had half has have
having he head help her here high him his home house how however i if illegal important in including indeed information inside into is
it its itself just keep known large last late later law laws leader least left less let letter like likely little local long look made
main major make makes man many may me mean meanwhile member members men might military million money more moreover most much must my
name names national near nearly need neither never new next night nine no nobody none nor north northern not note nothing notice now number
of off office officer officers official officials often old on once one only open operation or order other others our out over own page
part parties partners past people perhaps person place plan point police policy possible present president press private program public put
question quite rather read really reason recent recently released report reports right road said same saw say says second secret section
security see seems seen senior sent service services set seven several shall she should show side since six small so some someone
something soon source south southern special state statement states still street such sure system table take taken tell ten than
thank that the their them then there therefore these they thing things think third this those though three through thus time title to
today together told tomorrow too took toward town tuesday two under unit united unless until up upon us use used using very victory war
was way we week weeks well went were west western what when where whether which while white who whole whom whose why will with within
without work world would year years yes yesterday yet you your
january february march april june july august september october november december monday wednesday thursday friday saturday sunday
jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun spring summer autumn winter
mr mrs ms dr sir madam miss lord lady captain major colonel lieutenant sergeant agent detective sheriff judge justice senator governor
mayor minister ambassador secretary director commissioner attorney doctor professor chairman speaker congressman
enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre lunes martes miercoles jueves viernes
sabado domingo
ademas ahi ahora al algo alguien algun alguna algunas alguno algunos alli alto ambos ano anos ante anterior antes aqui articulo asi asunto
aun aunque bajo bien buen buena bueno cada calle camino capitulo casa casi caso cerca cien cierto cinco ciudad como con conforme contra
cosa cual cuales cualquier cuando cuanto cuatro cuenta cuyo da dado dar de debe deben decreto dejo del delito demas dentro desde despues
dia dias dice dicha dicho dichos diez dijo dinero dios donde dos durante e el ella ellas ello ellos embajada en encima entonces entre era
eran es esa esas ese eso esos esta estaba estado estados estan estar este esto estos estoy federal fin forma fue fuera fueron fuerza
general gente gobierno gran grande grupo ha haber habia habian hace hacer hacia han hasta hay hecho hizo hombre hora hoy ir jefe junto la
las le les ley lider lo local los luego lugar mal mas mayor me medio mejor menos mes mi mientras militar mismo momento mucho muchos muerte
mujer mundo municipio muy nacional nada nadie ni ningun ninguna no noche nombre norte nos nosotros nuestra nuestro nueva nuevo nunca o
ocho oeste oficial oficina operacion orden oro otra otras otro otros para parte pasado pero persona personas plan poco policia por porque
pos presente presidente primer primera primero principal procedimiento proximo pueblo puede pueden pues punto que quien quienes reforma
respecto reunion rio sabe se sea sean seccion secretaria secretario secreto segun segunda segundo seguridad seis ser sera senor senora si
sido siempre siendo siete sin sobre social solo son su sus sur tal tambien tan tanto te tema tener tengo tenia tercero tiempo tiene
tienen titulo toda todas todavia todo todos tras tres tu ultimo un una unas uno unos usted va van varios veces ver verdad vez via vida
viejo y ya yo zona
acting action active act address administration agency agreement alert alias alpha amendment america american angel area army arms arrest
article asset bank baron base bear best better black blue board body boss brothers bureau business cash cartel chapter child clear club
coast commission committee community company congress control corporation council cross crystal dark data dead death debt delta department
deputy desert diamond district division doc document drive eagle economy element empire enforcement enterprise entry executive exhibit
express eye fair family father fee field figure file fire flash foreign fox ghost gold golden grand green ground gun guns hand happy
harbor heart hero hill history holy hope hour human hunter ice index industry initiative institute intelligence interior international
island joint key kid king labor lake land leaders legal liberty life light line lion list load logic low lucky luck market master matter
meeting memo message mexican mexico middle mission monster moon morning mother mountain movement network news northeast northwest
notes ocean oil old operations orange organization pacific panther paragraph park patrol peace phase phone plaza port power pride prince
program progress project property prosecutor protocol queen rebel red region republic request resolution river rock rose royal sale sea
seal season session shadow silver sister sky smart snow soldier son southeast southwest spirit sport standard star station stone storm
strategy subject sun supply task team thunder tiger top tower trade transport treasury treaty trial tribunal trust type union
university valley version village vision visit voice wall water white wind wolf woman women wood working yard yellow young zone
azul blanca blanco diamante dragon estrella flor fuego gallo gato leon libertad lobo luna mar negra negro nino nina oso padre madre paz
perro rey reina roja rojo sol tigre toro verde viento
`

var common = set(commonWords)
