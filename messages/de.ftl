# Was die Seiten auf Deutsch sagen. Jeder Name steht in jeder Datei dieses Ordners, mit denselben Werten.

skip = Zum Inhalt
menu-label = Seiten
find = Suchen
find-label = Projekt oder Seite suchen
find-page = Seite
find-nothing = Nichts enthält diese Wörter.
display = Anzeige
language = Sprache
theme = Erscheinung
theme-auto = Wie das Gerät
theme-light = Hell
theme-dark = Dunkel
colours = Farben
palette-default = Übliche
palette-safe = Für Farbenblinde
palette-mono = Ohne Farbe
apply = Übernehmen
close = Schließen
continue = Weiter
sign-out = Abmelden
signed-in-as = Angemeldet als
an-administrator = Administrator dieses Kontos
to-start = Zur Startseite
statuses-title = Status
tokens-title = Tokens

keys-title = Tasten
keys-help = Die Tasten zeigen
keys-palette = Projekt oder Seite suchen
keys-move = In einer Liste nach unten und oben
keys-new = Einen Bericht zum gewählten Projekt schreiben
keys-search = Nach Wörtern filtern
keys-grid = Sich im Raster bewegen; die Eingabetaste öffnet den Bericht

# Zeitpunkte. Die Monate in ihrer Folge, mit Leerzeichen dazwischen.
months = Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.
date = { $day }. { $month } { $year }
age-today = heute
age-days = { $count } T.
age-weeks = { $count } Wo.
age-months = { $count } Mon.
age-years = { $count } J.

# Ampel: ein Wort und ein Buchstabe, den kein anderes Wort hat (Grün und Gelb beginnen gleich).
health-green = Grün
health-yellow = Gelb
health-red = Rot
health-none = Kein Bericht
health-green-letter = Ü
health-yellow-letter = E
health-red-letter = R
health-none-letter = –

portfolio-title = Portfolio
portfolio-count = { $count ->
    [one] { $count } Projekt
   *[other] { $count } Projekte
}
portfolio-empty-title = Noch keine Projekte
portfolio-empty-text = Projekte kommen über die Kantata- oder die OpenProject-Schnittstelle oder aus einem Archiv; dann stehen sie hier.
portfolio-nothing-title = Kein Projekt ist so
portfolio-nothing-text = Nehmen Sie einen Filter weg, um mehr zu sehen.
portfolio-clear = Alle Filter aufheben
portfolio-all = Alle
portfolio-stale = Veraltet
portfolio-stale-help = Kein Bericht in dieser und der letzten Woche, und nicht abgeschlossen
portfolio-health-label = Ampel
portfolio-search = Titel oder Beschreibung
portfolio-search-label = Wörter
portfolio-status = Status
portfolio-lead = Leitung
portfolio-any = Alle
portfolio-period = Zeitraum
portfolio-weeks = { $count } Wochen
portfolio-until = Bis
portfolio-group = Gruppieren
portfolio-group-none = Gar nicht
portfolio-order = Reihenfolge
portfolio-order-name = Name
portfolio-order-health = Ampel
portfolio-order-age = Alter des Berichts
portfolio-order-lead = Leitung
portfolio-order-status = Status
portfolio-show = Zeigen
portfolio-view-label = Ansicht
portfolio-view-grid = Raster
portfolio-view-table = Tabelle
portfolio-csv = CSV
portfolio-workspace = Projekt
portfolio-age = Bericht
portfolio-age-help = Alter des letzten Berichts
portfolio-trend = Verlauf
portfolio-week = Woche { $week }, ab { $date }
portfolio-grid-label = Ampel nach Projekt und Woche
portfolio-no-lead = Niemand
portfolio-no-status = Kein Status
portfolio-never = nie
portfolio-last-report = Letzter Bericht
portfolio-reports = Berichte
portfolio-green-weeks = Grüne Wochen
portfolio-yellow-weeks = Gelbe Wochen
portfolio-red-weeks = Rote Wochen
portfolio-stale-weeks = Wochen ohne Bericht
portfolio-jumps = Sprünge
portfolio-legend = So liest man es
portfolio-legend-stale = aus einer früheren Woche übernommen
portfolio-legend-down = auf einmal von Grün nach Rot
portfolio-legend-up = auf einmal von Rot nach Grün
portfolio-hidden-title = Ihre Projekte
portfolio-hidden-text = Wie es um sie steht, sagen Ihnen die, die sie liefern.
portfolio-page = Projekte { $from } bis { $to } von { $count }
portfolio-previous = Zurück
portfolio-next = Weiter

cell-none = Bis zu dieser Woche wurde nichts berichtet.
cell-stale = { $count ->
    [one] Kein Bericht in dieser Woche; der letzte ist eine Woche älter.
   *[other] Kein Bericht in dieser Woche; der letzte ist { $count } Wochen älter.
}
cell-open = Den Bericht öffnen

login-title = Anmelden
login-failed = Damit kann sich niemand anmelden.
login-email = E-Mail-Adresse
login-password = Passwort
login-button = Anmelden
login-token-title = Mit einem Token anmelden
login-token-help = Ein eigenes API-Token. Ein Administrator macht eines mit
login-token = Token
login-token-button = Mit dem Token anmelden

setup-title = Erster Administrator
setup-needed = Name und E-Mail-Adresse werden gebraucht.
setup-short = Das Passwort ist zu kurz oder länger als 1024 Bytes.
setup-name = Ihr Name
setup-email = Ihre E-Mail-Adresse
setup-password = Ein Passwort
setup-password-help = Mindestens { $count } Zeichen. Ohne Passwort melden Sie sich mit einem Token an.
setup-button = Mich zum Administrator machen
setup-done-title = Sie sind der Administrator
setup-token = Das ist Ihr Token; es wird nur dieses eine Mal gezeigt:

applications-title = Anwendungen, die für Sie handeln
applications-none = Keine. Jede bittet Sie zuerst um Zustimmung.
back-to-application = Zurück zur Anwendung
consent-title = Darf { $application } für Sie handeln?
consent-host = Die Anwendung ist unter
consent-everything = Sie möchte alles tun, was Sie dürfen.
consent-asks = Sie möchte:
consent-then = Sie kann dann lesen und schreiben, was Sie können, in allen Projekten, die Sie sehen.
consent-allow = Erlauben
consent-deny = Ablehnen
not-you = Nicht Sie?
asked-wrongly-title = Diese Anwendung hat falsch gefragt
another-account-title = Diese Anwendung gehört zu einem anderen Konto
another-account-text = Melden Sie sich ab und als jemand aus dem Konto wieder an, das sie registriert hat.

used-link-title = Dieser Link führt nirgendwohin
used-link-text = Er wurde benutzt oder gehört zu einem früheren Start des Servers.
unreadable-title = Das lässt sich nicht lesen
too-large-title = Das ist zu lang
too-large-text = Weniger genügt.
foreign-title = Dieses Formular ist nicht Ihres
foreign-text = Eine andere Seite hat es gesendet, oder eine Sitzung, die zu Ende ist. Gehen Sie zurück, laden Sie die Seite neu und senden Sie es noch einmal.
forbidden-title = Das dürfen Sie nicht
forbidden-text = Sie sehen es und dürfen es nicht ändern. Ein Administrator des Projekts kann Ihnen das Recht geben.
not-found-title = Hier ist nichts
not-found-text = Es wurde entfernt, war nie da oder ist nicht für Sie bestimmt.
failure-title = Etwas ist schiefgegangen
failure-text = Es steht im Protokoll des Servers.
later-title = Bitte versuchen Sie es später noch einmal
store-unavailable-text = Die Datenbank ist nicht erreichbar.
too-many-text = Zu viele Anfragen. Bitte versuchen Sie es später noch einmal.
unavailable-text = Der Dienst ist nicht verfügbar. Bitte versuchen Sie es später noch einmal.
slow-body-text = Der Inhalt der Anfrage kam nicht rechtzeitig.
slow-text = Die Anfrage hat zu lange gedauert.
