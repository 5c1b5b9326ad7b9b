package furniture

import "comity/intake"

// lines are the lines that are furniture as they stand, folded.
var lines = table(map[intake.Aside][]string{
	intake.Controls: {"hide caption", "toggle caption", "hide caption toggle caption", "toggle caption hide caption", "show caption", "view caption", "enlarge", "enlarge image", "enlarge this image", "enlarge photo", "expand image",
		"click to enlarge", "click to expand", "view full size", "view fullscreen", "full screen", "fullscreen", "close dialog", "close modal", "open image modal", "open in viewer", "open gallery",
		"view gallery", "photo gallery", "view slideshow", "next slide", "previous slide", "listen", "listen to this article", "listen to article", "listen now", "play video", "play audio", "watch video", "watch now", "loading...", "load more", "show more", "show less", "view more", "see more", "text size", "font size",
		"download", "toggle more options", "audio will be available later today", "read full article", "expand all", "collapse all", "link copied",
		"ocultar pie de foto", "ocultar leyenda", "mostrar pie de foto", "ampliar", "ampliar imagen", "ampliar foto", "agrandar", "ver galería", "ver galeria", "galería de fotos", "escuchar", "escucha la nota", "escuchar artículo", "escucha este artículo", "reproducir", "ver video", "ver vídeo", "cargando", "cargar más", "ver más", "mostrar más", "mostrar menos", "pantalla completa", "tamaño de letra", "tamaño de texto", "leer nota completa"},
	intake.Navigation: {"skip to content", "skip to main content", "skip to navigation", "skip to main", "skip navigation", "skip links", "skip to footer", "back to top", "return to top", "back to home", "main menu", "open menu", "close menu", "open search", "search this site", "all sections", "next article", "previous article", "next post", "previous post", "next page", "previous page", "navigation", "site map", "sitemap", "breadcrumb", "you are here", "filed under",
		"saltar al contenido", "saltar al contenido principal", "ir al contenido", "ir al contenido principal", "ir al menú", "volver arriba", "volver al inicio", "menú", "abrir menú", "cerrar menú", "artículo siguiente", "artículo anterior", "entrada siguiente", "entrada anterior", "nota siguiente", "nota anterior", "mapa del sitio"},
	intake.Sharing: {"share", "share this", "share it", "share this story", "share this article", "share this post", "share this page", "share article", "share via", "share on", "share options", "sharing options", "print", "print this", "print this page", "print article", "print this article", "email", "e-mail", "email this", "email this article", "email a friend", "copy link", "copy link to clipboard", "copy url", "tweet", "tweet this", "save article", "save for later", "bookmark", "gift this article", "give this article", "republish", "republish this article", "follow us", "facebook twitter", "click to share",
		"compartir", "comparte", "compártelo", "compartelo", "comparte esto", "compartir esto", "compartir en", "comparte esta nota", "comparte esta noticia", "comparte este artículo", "compartir artículo", "compartir nota", "compartir noticia", "compartir por", "imprimir", "imprimir nota", "enviar por correo", "enviar por email", "enviar por correo electrónico", "correo electrónico", "copiar enlace", "copiar link", "copiar liga", "copiar url", "tuitear", "twittear", "guardar artículo", "guardar nota", "síguenos", "siguenos", "síguenos en", "republicar", "compartidos"},
	intake.Reactions: {"like this", "me gusta", "was this article helpful", "was this helpful", "rate this article", "what's your reaction", "your reaction", "what do you think", "reactions", "react to this article", "reacciones", "tu reacción", "¿te gustó esta nota", "te gustó esta nota", "califica esta nota", "te sirvió esta nota", "like loading"},
	intake.Comments: {"comments", "leave a comment", "leave a reply", "leave a response", "post a comment", "add a comment", "write a comment", "view comments", "view all comments", "show comments", "hide comments", "join the conversation", "join the discussion", "read comments", "load comments", "comments are closed", "comments closed", "log in to comment", "login to comment", "sign in to comment", "cancel reply", "post comment", "no comments", "no comments yet", "be the first to comment", "your email address will not be published", "your email address will not be published required fields are marked",
		"comentarios", "deja un comentario", "dejar un comentario", "deja una respuesta", "deja tu comentario", "comenta", "comentar", "escribe un comentario", "ver comentarios", "ver todos los comentarios", "mostrar comentarios", "ocultar comentarios", "únete a la conversación", "participa en la conversación", "sin comentarios", "aún no hay comentarios", "comentarios cerrados", "los comentarios están cerrados", "inicia sesión para comentar", "cancelar respuesta", "publicar comentario", "publicar el comentario", "sé el primero en comentar"},
	intake.Advertising: {"advertisement", "advertisements", "advertising", "sponsor message", "message from our sponsor", "advert", "sponsored", "sponsored content", "sponsored by", "sponsored links", "paid post", "paid content", "paid partner content", "promoted", "promoted content", "promoted stories", "advertisement continue reading below", "story continues below advertisement", "article continues below advertisement", "article continues below this ad", "story continues below", "article continues below", "continue reading below", "advertisement story continues below", "advertisement article continues below", "skip advertisement", "scroll to continue", "remove ads", "ad feedback", "report this ad", "around the web", "from our partners",
		"publicidad", "publicidad sigue leyendo", "contenido patrocinado", "patrocinado", "contenido promocionado", "la nota continúa después de la publicidad", "la nota sigue después de la publicidad", "continúa leyendo", "continúa después de la publicidad", "sigue leyendo después de la publicidad", "saltar publicidad", "enlaces patrocinados", "espacio publicitario", "contenido de nuestros socios"},
	intake.Related: {"related", "related stories", "related story", "related articles", "related article", "related content", "related coverage", "related news", "related posts", "related topics", "related links", "read more", "read also", "also read", "read next", "up next", "see also", "more on this story", "more on this topic", "more stories", "more news", "more like this", "more coverage", "you might also like", "you may also like", "you might be interested in", "you may be interested in", "recommended for you", "recommended stories", "recommended reading", "most read", "most popular", "most viewed", "popular stories", "trending", "trending now", "trending stories", "top stories", "latest news", "latest stories", "editors' picks", "editor's picks", "in case you missed it", "don't miss", "what to read next", "keep reading", "continue reading", "sponsored stories",
		"te puede interesar", "te podría interesar", "te podria interesar", "te interesa", "también te puede interesar", "también te podría interesar", "quizá te interese", "quizás te interese", "puede interesarte", "le puede interesar", "lee también", "lee tambien", "lea también", "lee además", "lee más", "leer más", "leer también", "leer mas", "lea más", "ve también", "vea también", "ver también", "mira también", "relacionado", "relacionados", "relacionadas", "notas relacionadas", "noticias relacionadas", "artículos relacionados", "contenido relacionado", "contenidos relacionados", "temas relacionados", "más noticias", "más notas", "más sobre este tema", "más leídas", "las más leídas", "lo más leído", "lo más visto", "más vistas", "lo último", "últimas noticias", "lo más reciente", "recomendados", "recomendado", "recomendamos", "te recomendamos", "no te pierdas", "sigue leyendo", "seguir leyendo"},
	intake.Site: {"sign up", "sign in", "log in", "log out", "register now", "subscribe", "subscribe now", "subscribe today", "subscribe to our newsletter", "sign up for our newsletter", "sign up for our newsletters", "get our newsletter", "newsletter", "become a member", "donate now", "support us", "support our work", "support our journalism", "my account", "create account", "create a free account", "continue without an account", "already a subscriber", "already a subscriber log in", "already a member", "accept all", "accept cookies", "accept all cookies", "reject all", "reject cookies", "manage cookies", "cookie settings", "cookie preferences", "cookie policy", "cookie notice", "privacy policy", "privacy notice", "terms of use", "terms of service", "terms and conditions", "terms & conditions", "privacy policy terms of use", "contact us", "about us", "advertise with us", "do not sell my personal information", "your privacy choices", "ad choices", "adchoices", "accessibility statement", "download our app", "get the app", "about the author", "powered by wordpress", "report an error", "report a typo", "all rights reserved",
		"suscríbete", "suscribete", "suscríbase", "suscribirse", "suscríbete ahora", "suscríbete a nuestro boletín", "suscríbete a nuestro newsletter", "recibe nuestro boletín", "boletín", "iniciar sesión", "inicia sesión", "regístrate", "registrarse", "crear cuenta", "mi cuenta", "hazte socio", "hazte miembro", "apóyanos", "ya eres suscriptor", "ya soy suscriptor", "aceptar todo", "aceptar cookies", "aceptar todas", "rechazar", "rechazar todo", "configurar cookies", "política de cookies", "aviso de privacidad", "política de privacidad", "términos y condiciones", "términos de uso", "aviso legal", "contáctanos", "quiénes somos", "acerca de", "anúnciate", "anúnciate con nosotros", "código de ética", "descarga nuestra app", "descarga la app", "acerca del autor", "sobre el autor", "derechos reservados", "todos los derechos reservados", "síguenos en google news", "únete a nuestro canal", "únete a nuestro canal de whatsapp", "únete a nuestro canal de telegram"},
})

// weak are furniture only beside other furniture.
var weak = table(map[intake.Aside][]string{
	intake.Comments:    {"comment", "comentario", "reply", "report", "responder", "reportar", "denunciar", "permalink", "log in to reply", "inicia sesión para responder", "newest", "oldest", "newest first", "oldest first", "sort by", "más recientes", "más antiguos", "ordenar por"},
	intake.Reactions:   {"like", "upvote", "downvote", "helpful", "yes", "no", "sí"},
	intake.Advertising: {"ad", "ads", "anuncio", "anuncios"},
	intake.Related:     {"latest", "popular", "recommended", "recommendations", "recomendaciones", "además", "más en", "más información", "more in", "more from"},
	intake.Sharing:     {"save", "guardar", "embed", "copied", "shares", "shared"},
	intake.Controls:    {"video", "watch", "play", "pause", "download", "transcript", "close", "expand", "mute", "unmute", "loading", "cerrar", "descargar"},
	intake.Navigation:  {"home", "search", "topics", "temas", "next", "previous", "menu", "sections", "secciones", "inicio", "siguiente", "anterior", "tags", "etiquetas", "buscar", "búsqueda"},
	intake.Site:        {"contact", "about", "help", "faq", "careers", "accessibility", "donate", "donar", "dona", "register", "login", "newsletters", "boletines", "accept", "aceptar", "directorio", "contacto", "advertise", "ok", "no thanks", "no, gracias", "got it", "entendido", "learn more", "english", "español"},
})

// manyTeasers are the lines below which a list of teasers stands; below the others
// of intake.Related stands one.
var manyTeasers = set("related stories", "related articles", "related content", "related coverage", "related news", "related posts", "related links", "more stories", "more news", "more like this", "more coverage", "you might also like", "you may also like", "recommended", "recommended for you", "recommended stories", "recommended reading", "most read", "most popular", "most viewed", "popular", "popular stories", "trending", "trending now", "trending stories", "top stories", "latest news", "latest stories", "latest", "editors' picks", "editor's picks", "sponsored stories",
	"notas relacionadas", "noticias relacionadas", "artículos relacionados", "contenido relacionado", "contenidos relacionados", "relacionados", "relacionadas", "más noticias", "más notas", "más leídas", "las más leídas", "lo más leído", "lo más visto", "más vistas", "lo último", "últimas noticias", "lo más reciente", "recomendados", "recomendaciones", "también te puede interesar", "también te podría interesar")

// teasers stand before the title of another document and a colon.
var teasers = set("read more", "read also", "also read", "read next", "read", "related", "see also", "more", "watch", "watch more", "listen", "more on this", "related story", "related stories", "related coverage", "opinion", "don't miss", "up next",
	"lee también", "lee tambien", "lea también", "lee además", "lee más", "leer más", "lee", "lea", "leer", "te puede interesar", "te podría interesar", "también te puede interesar", "te recomendamos", "relacionado", "relacionada", "nota relacionada", "ve también", "vea también", "ver también", "mira también", "más información", "puedes leer", "no te pierdas", "además lee")

// counts are what is counted beside a text.
var counts = table(map[intake.Aside][]string{
	intake.Comments:  {"comment", "comments", "comentario", "comentarios", "response", "responses", "respuesta", "respuestas", "reply", "replies", "thoughts on", "view comments", "ver comentarios"},
	intake.Sharing:   {"share", "shares", "shared", "compartido", "compartidos", "veces compartido", "veces compartida", "retweets", "tweets", "total shares", "reposts"},
	intake.Reactions: {"like", "likes", "reaction", "reactions", "vote", "votes", "claps", "upvotes", "views", "reads", "me gusta", "reacciones", "votos", "vistas", "visitas", "lecturas", "people like this", "ratings"},
	intake.Controls:  {"of", "de", "photos", "fotos", "images", "imágenes", "min read", "minute read", "minutes read", "min de lectura", "minutos de lectura", "minute listen", "min listen", "-minute listen"},
})

// networks are the places where one shares, and the ways of doing it.
var networks = set("facebook", "twitter", "whatsapp", "telegram", "linkedin", "pinterest", "reddit", "flipboard", "tumblr", "messenger", "bluesky", "threads", "mastodon", "instagram", "tiktok", "youtube", "x", "email", "e-mail", "mail", "print", "imprimir", "correo", "sms", "pocket", "link", "enlace", "google+", "signal", "line", "copy", "copiar", "rss", "electrónico", "snapchat", "viber", "instapaper", "evernote", "fb", "pdf")

// shareVerbs and sharesWith are the words around the places.
var (
	shareVerbs = set("share", "shares", "tweet", "pin", "post", "send", "follow", "print", "copy", "click", "opens", "compartir", "comparte", "compártelo", "enviar", "envía", "síguenos", "siguenos", "imprimir", "copiar", "tuitear", "haz", "publicar")
	sharesWith = set("on", "to", "via", "by", "with", "in", "us", "this", "a", "article", "story", "post", "page", "new", "window", "the", "your", "friend", "or", "and", "it", "en", "por", "con", "esta", "este", "esto", "nota", "noticia", "artículo", "para", "clic", "se", "abre", "una", "ventana", "nueva", "un", "amigo", "y", "o", "el", "la")
)

// A begin is how a longer notice begins, what else it holds, and its most words.
type begin struct {
	begins, holds string
	most          int
	why           intake.Aside
}

var notices = []begin{
	{"we use cookies", "", 80, intake.Site}, {"this site uses cookies", "", 80, intake.Site}, {"this website uses cookies", "", 80, intake.Site}, {"we and our partners", "cookies", 80, intake.Site}, {"by continuing to use this site", "", 60, intake.Site}, {"by signing up", "", 50, intake.Site}, {"by subscribing", "", 50, intake.Site}, {"this site is protected by recaptcha", "", 40, intake.Site}, {"you have reached your limit of", "articles", 40, intake.Site}, {"sign up for our", "newsletter", 40, intake.Site}, {"sign up for", "newsletter", 40, intake.Site}, {"subscribe to", "newsletter", 40, intake.Site}, {"get the latest", "inbox", 40, intake.Site}, {"already a subscriber", "", 10, intake.Site}, {"your subscription", "support", 30, intake.Site}, {"enter your email", "", 20, intake.Site}, {"this material may not be published, broadcast, rewritten", "", 40, intake.Site}, {"follow us on", "", 20, intake.Sharing}, {"join our", "channel", 20, intake.Site}, {"please enable javascript", "", 30, intake.Site},
	{"usamos cookies", "", 80, intake.Site}, {"utilizamos cookies", "", 80, intake.Site}, {"este sitio utiliza cookies", "", 80, intake.Site}, {"este sitio usa cookies", "", 80, intake.Site}, {"esta página utiliza cookies", "", 80, intake.Site}, {"al continuar navegando", "", 60, intake.Site}, {"suscríbete", "boletín", 40, intake.Site}, {"suscríbete", "newsletter", 40, intake.Site}, {"suscríbete", "correo", 40, intake.Site}, {"recibe en tu correo", "", 40, intake.Site}, {"recibe las noticias", "", 40, intake.Site}, {"únete a nuestro canal", "", 30, intake.Site}, {"síguenos en", "", 20, intake.Sharing}, {"prohibida su reproducción", "", 60, intake.Site}, {"prohibida la reproducción", "", 60, intake.Site}, {"queda prohibida la reproducción", "", 60, intake.Site}, {"ingresa tu correo", "", 20, intake.Site}, {"copyright ©", "", 25, intake.Site}, {"d.r. ©", "", 40, intake.Site}, {"derechos reservados ©", "", 40, intake.Site},
	{"your email address will not be published", "", 25, intake.Comments}, {"tu dirección de correo electrónico no será publicada", "", 30, intake.Comments}, {"comments are moderated", "", 30, intake.Comments}, {"you must be logged in to", "comment", 20, intake.Comments}, {"debes iniciar sesión para", "coment", 20, intake.Comments},
	{"most read in ", "", 6, intake.Related}, {"more from ", "", 6, intake.Related}, {"more in ", "", 5, intake.Related},
}

func table(by map[intake.Aside][]string) map[string]intake.Aside {
	out := map[string]intake.Aside{}
	for why, list := range by {
		for _, s := range list {
			out[s] = why
		}
	}
	return out
}

func set(list ...string) map[string]bool {
	out := make(map[string]bool, len(list))
	for _, s := range list {
		out[s] = true
	}
	return out
}
