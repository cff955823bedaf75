# Die Meldungen der Seiten auf Deutsch. Jede Datei dieses Ordners hat dieselben Meldungen mit denselben Werten.

skip = Zum Inhalt
menu-open = Menü
menu-preferences = Sprache und Farbschema
menu-label = Hauptmenü
find = Suchen
find-label = Projekte und Seiten suchen
find-page = Seite
find-nothing = Keine Treffer.
display = Anzeige
language = Sprache
theme = Design
theme-auto = Wie im System
theme-light = Hell
theme-dark = Dunkel
colours = Farben
palette-default = Standard
palette-safe = Für Farbenfehlsichtige
palette-mono = Einfarbig
apply = Übernehmen
preferences-title = Anzeige
preferences-text = Diese Einstellungen gelten nur in diesem Browser.
zone = Zeitzone
zone-browser = Wie in diesem Browser
zone-help = Alle Seiten zeigen Wochen, Tage und Uhrzeiten in dieser Zeitzone.
zone-note = Stand: { $at }. Zeitzone: { $zone }.
zone-change = Zeitzone ändern
shortcuts = Tastenkürzel mit einer Taste
shortcuts-on = Ein
shortcuts-off = Aus
shortcuts-help = Tasten wie n, j und ? wirken für sich allein. Schalten Sie sie aus, wenn Sie Spracheingabe nutzen oder versehentlich Tasten drücken.
shortcuts-are-on = Tastenkürzel mit einer Taste sind eingeschaltet.
shortcuts-are-off = Tastenkürzel mit einer Taste sind ausgeschaltet. Kürzel mit Strg oder Cmd und die Pfeiltasten wirken weiterhin.
shortcuts-turn-on = Einschalten
shortcuts-turn-off = Ausschalten
saved = Änderungen gespeichert.
close = Schließen
arrow-forward = →
arrow-back = ←
continue = Weiter
sign-out = Abmelden
signed-in-as = Angemeldet als
an-administrator = Administrator dieses Kontos
to-start = Zum Portfolio
statuses-title = Status
tokens-title = Tokens
find-people = Personen in { $title }
show-more = Mehr anzeigen
show-less = Weniger anzeigen

keys-title = Tastenkürzel
key-ctrl = Strg
keys-help = Tastenkürzel anzeigen
keys-palette = Projekte und Seiten suchen
keys-move = Nächster oder voriger Eintrag
keys-new = Bericht zum gewählten Projekt schreiben
keys-search = Suchen
keys-grid = Im Raster bewegen; die Eingabetaste öffnet den Bericht

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

health-silent = { $health }, verstummt
health-resting = { $health }, beendet oder pausiert

portfolio-title = Portfolio
portfolio-count = { $count ->
    [one] { $count } Projekt
   *[other] { $count } Projekte
}
portfolio-empty-title = Noch keine Projekte
portfolio-empty-text = Legen Sie Ihr erstes Projekt an, oder importieren Sie Projekte aus einer Tabelle.
portfolio-nothing-title = Keine passenden Projekte
portfolio-nothing-text = Entfernen Sie einen Filter, um mehr zu sehen.
portfolio-clear = Alle Filter entfernen
portfolio-all = Alle
portfolio-health-label = Ampel
portfolio-search = Titel oder Beschreibung
portfolio-search-label = Suche
portfolio-status = Status
portfolio-lead = Leitung
portfolio-period = Zeitraum
portfolio-weeks = { $count } Wochen
portfolio-group = Gruppieren nach
portfolio-group-none = Keine
portfolio-show = Anzeigen
portfolio-view-label = Ansicht
portfolio-view-grid = Raster
portfolio-view-table = Tabelle
portfolio-csv = CSV
portfolio-xlsx = Excel
portfolio-workspace = Projekt
portfolio-age = Bericht
portfolio-age-help = Alter des letzten Berichts
portfolio-week = Woche { $week }, ab { $date }
portfolio-grid-label = Ampel nach Projekt und Woche
portfolio-no-lead = Ohne Leitung
portfolio-no-status = Kein Status
portfolio-never = nie
portfolio-last-report = Letzter Bericht
portfolio-reports = Berichte
portfolio-green-weeks = Grüne Wochen
portfolio-yellow-weeks = Gelbe Wochen
portfolio-red-weeks = Rote Wochen
portfolio-stale-weeks = Wochen ohne Bericht
portfolio-jumps = Sprünge über Gelb
portfolio-legend = Legende
portfolio-legend-stale = übernommen: kein Bericht in dieser Woche
portfolio-legend-down = von Grün auf Rot gefallen
portfolio-legend-up = von Rot auf Grün erholt
portfolio-hidden-title = Ihre Projekte
portfolio-hidden-text = Ihr Projektteam hat die Ampel dieser Projekte nicht freigegeben.
portfolio-page = Projekte { $from } bis { $to } von { $count }
portfolio-page-rows = Zeilen { $from } bis { $to } von { $count }; ein Projekt steht bei jedem seiner Schlagwörter
portfolio-filter = Filter
portfolio-filter-done = Fertig
portfolio-filters-set = { $count ->
    [one] Filter ist gesetzt
   *[other] Filter sind gesetzt
}
portfolio-previous = Zurück
portfolio-next = Weiter

cell-carried-over = { $health }, übernommen
cell-dropped = { $health }, zuvor Grün
cell-recovered = { $health }, zuvor Rot
cell-none = Kein Bericht bis zu dieser Woche.
cell-stale = { $count ->
    [one] Kein Bericht in dieser Woche; der letzte liegt eine Woche zurück.
   *[other] Kein Bericht in dieser Woche; der letzte liegt { $count } Wochen zurück.
}
cell-open = Bericht öffnen

# Zeilen des Portfolios: Zählungen, Filter, und was eine Zeile sagt.
portfolio-silent = Verstummt
portfolio-silent-help = Kein Bericht in dieser und der letzten Woche, obwohl einer erwartet wird
portfolio-resting = Beendet oder pausiert
portfolio-resting-help = Kein Bericht in dieser und der letzten Woche, und keiner wird erwartet
portfolio-current-help = Bericht in dieser oder der letzten Woche
portfolio-count-red = { $count } rot
portfolio-count-yellow = { $count } gelb
portfolio-count-green = { $count } grün
portfolio-count-silent = { $count } verstummt
portfolio-count-none = { $count } ohne Bericht
portfolio-count-resting = { $count } beendet oder pausiert
portfolio-since = Ampel seit
portfolio-since-help = Seit wann die Berichte diese Farbe haben
portfolio-late = überfällig
portfolio-first-due = Zuerst fällig am { $date }
portfolio-filters = Filter
portfolio-remove-filter = Filter entfernen
portfolio-find-status = Status suchen
portfolio-find-lead = Person suchen
portfolio-layout = Wochen und Gruppen
portfolio-whole = Alle anzeigen
portfolio-legend-hollow = verstummt, beendet oder pausiert: kein Bericht in dieser und der letzten Woche
cell-weeks = { $count } Wochen
status-group-grey = Nicht begonnen
status-group-light-green = Startbereit
status-group-green = In Arbeit
status-group-yellow = Braucht Aufmerksamkeit
status-group-red = Blockiert oder beendet
status-group-blue = Abgeschlossen

login-title = Anmelden
login-link-text = Mit diesem Link können Sie sich einmal anmelden.
unencrypted-title = Melden Sie sich über HTTPS an
unencrypted-text = Über eine unverschlüsselte Verbindung bleiben Sie nicht angemeldet. Öffnen Sie { $address } und melden Sie sich dort an.
login-failed = E-Mail-Adresse, Passwort oder Token ist falsch.
login-email = E-Mail-Adresse
login-password = Passwort
login-button = Anmelden
login-token-title = Mit einem Token anmelden
login-token-help = Verwenden Sie ein eigenes API-Token. Administratoren erstellen eines mit
login-token = Token
login-token-button = Mit Token anmelden
openid-sign-in = Mit { $name } anmelden
openid-or = oder
openid-continue = Weiter zu { $name }
openid-leave = Auch bei { $name } abmelden
openid-left-title = Sie sind von Statuary abgemeldet
openid-title = Anmeldedienste
openid-connect = Mit { $name } verbinden
openid-connect-title = Konto verbinden
openid-connected = Ihr Konto ist verbunden.
openid-disconnect = Verbindung trennen
openid-invitation-text = Willkommen, { $name }. Melden Sie sich mit dem Konto Ihrer Organisation an.
openid-refused-title = Sie sind nicht angemeldet
openid-cancelled-text = Die Anmeldung mit { $name } wurde abgebrochen.
openid-lost-text = Die Anmeldung mit { $name } hat zu lange gedauert oder in einem anderen Browser begonnen. Versuchen Sie es noch einmal.
openid-invalid-text = Die Antwort von { $name } ist ungültig. Versuchen Sie es noch einmal. Wenn es wieder geschieht, sagen Sie es einem Administrator.
openid-away-text = { $name } ist zurzeit nicht erreichbar. Versuchen Sie es später noch einmal.
openid-unknown-text = { $name } kennt Sie, aber hier hat Sie noch niemand hinzugefügt. Bitten Sie einen Administrator, Sie mit Ihrer E-Mail-Adresse hinzuzufügen.
openid-unverified-text = { $name } hat Ihre E-Mail-Adresse nicht bestätigt. Melden Sie sich auf andere Weise an und verbinden Sie { $name } unter „Mein Konto“, oder fragen Sie einen Administrator.
openid-ambiguous-text = Mehrere Konten haben hier Ihre E-Mail-Adresse. Melden Sie sich auf andere Weise an und verbinden Sie { $name } unter „Mein Konto“.
openid-taken-text = Dieses Konto von { $name } gehört hier zu jemand anderem, oder Sie sind schon mit einem anderen verbunden. Fragen Sie einen Administrator.
openid-deactivated-text = Ihr Zugang ist deaktiviert. Fragen Sie einen Administrator.
openid-last-text = Anders können Sie sich nicht anmelden. Legen Sie zuerst ein Passwort fest.
factors-title = Zweiter Faktor
factors-text = Wenn Sie sich mit Ihrem Passwort anmelden, werden Sie zusätzlich nach einem Code aus einer App oder nach einem Passkey gefragt.
factors-required = Ihr Konto verlangt einen zweiten Faktor.
factors-add = Zweiten Faktor hinzufügen
factors-add-app = App hinzufügen
factors-add-passkey = Passkey hinzufügen
factors-app = App
factors-passkey = Passkey
factors-app-scan = Scannen Sie diesen Code mit einer Authenticator-App.
factors-app-type = Oder geben Sie diesen Schlüssel ein:
factors-name = Name des Geräts
factors-code = Code
factors-code-help = Der Code aus Ihrer App oder ein Wiederherstellungscode.
factors-remove = Entfernen
factors-last-text = Ihr Konto verlangt einen zweiten Faktor. Fügen Sie einen anderen hinzu, bevor Sie diesen entfernen.
factors-codes-title = Wiederherstellungscodes
factors-codes-text = Bewahren Sie diese { $count } Codes sicher auf. Mit jedem können Sie sich einmal anmelden, wenn Sie Ihr Gerät verlieren. Sie sehen sie nicht wieder.
factors-codes-kept = Ich habe sie gesichert
factors-codes-left = { $count ->
    [one] Ein Code ist übrig.
   *[other] { $count } Codes sind übrig.
}
factors-codes-new = Neue Codes erstellen
factors-codes-new-text = Die bisherigen Codes gelten dann nicht mehr.
factors-remove-title = „{ $name }“ entfernen?
factors-remove-text = Sie können sich damit nicht mehr anmelden. Mit dem letzten zweiten Faktor entfallen auch die Wiederherstellungscodes.
factors-reset-title = Zweite Faktoren von { $name } zurücksetzen?
factors-passkey-failed = Der Browser hat keinen Passkey geliefert. Versuchen Sie es noch einmal oder verwenden Sie einen Code.
factors-ask-title = Zweiter Faktor
factors-use-passkey = Passkey verwenden
factors-failed = Dieser Code oder Passkey ist ungültig.
factors-setup-title = Zweiten Faktor einrichten
factors-setup-text = Ihr Konto verlangt einen zweiten Faktor. Wählen Sie eine App oder einen Passkey.
factors-too-many = Mehr als 10 zweite Faktoren sind nicht möglich.
factors-reset = Zweite Faktoren zurücksetzen
factors-reset-help = Für Personen, die ihr Gerät und ihre Wiederherstellungscodes verloren haben. Sie werden überall abgemeldet und melden sich allein mit dem Passwort wieder an.
settings-requires-factor = Zweiten Faktor verlangen
settings-requires-factor-help = Wer nur mit einem Passwort angemeldet ist, auch Sie selbst, wird jetzt abgemeldet und richtet beim Anmelden einen ein. Bei einer Anmeldung über den Anbieter fragt dieser danach. API-Tokens funktionieren weiter.

setup-title = Statuary einrichten
setup-needed = Geben Sie einen Namen und eine E-Mail-Adresse ein.
setup-short = Das Passwort ist zu kurz oder zu lang (über 1.024 Bytes).
setup-name = Ihr Name
setup-email = Ihre E-Mail-Adresse
setup-password = Passwort
setup-password-help = Mindestens { $count } Zeichen.
setup-button = Konto anlegen
setup-done-title = Alles bereit
setup-token = Das ist Ihr API-Token. Kopieren Sie es jetzt; es wird nicht noch einmal angezeigt.

invitation-title = Wählen Sie Ihr Passwort
invitation-text = Willkommen, { $name }. Ab jetzt melden Sie sich mit Ihrer E-Mail-Adresse und diesem Passwort an.
invitation-help = Mindestens { $count } Zeichen. Sie werden überall sonst abgemeldet.
invitation-end-tokens = Auch Tokens und Apps widerrufen
invitation-end-tokens-help = Widerruft Ihre Zugriffstokens und den Zugriff verbundener Apps. Wählen Sie dies, wenn jemand anderes Ihr altes Passwort oder ein Token kennen könnte.
invitation-button = Speichern und anmelden
invitation-over-text = Er ist abgelaufen, wurde schon benutzt oder durch einen neueren ersetzt. Bitten Sie einen Administrator um einen neuen.

applications-title = Verbundene Apps
applications-none = Keine verbundenen Apps. Jede App bittet Sie zuerst um Zustimmung.
back-to-application = Zurück zur App
consent-title = Darf { $application } auf Ihr Konto zugreifen?
consent-host = Danach geht es zurück zu
consent-everything = Die App möchte vollen Zugriff.
consent-asks = Die App möchte:
consent-then = Sie kann dann in allen Projekten, die Sie sehen, alles lesen und ändern, was auch Sie lesen und ändern können.
consent-drafts = Sie kann dann in allen Projekten, die Sie sehen, alles lesen, was Sie lesen können, und Entwürfe von Berichten ablegen. Sie veröffentlicht nichts und ändert sonst nichts.
consent-unknown = Diese App hat sich selbst registriert: Niemand in Ihrem Konto hat sie geprüft, und ihren Namen gibt sie selbst an. Erlauben Sie den Zugriff nur, wenn Sie sie gerade selbst gestartet haben.
consent-allow = Erlauben
consent-deny = Ablehnen
not-you = Nicht Sie?
asked-wrongly-title = Ungültige Autorisierungsanfrage
asked-no-client = Der Parameter client_id fehlt.
asked-no-redirect = Der Parameter redirect_uri fehlt.
asked-unknown-client = Es gibt keine App mit dieser client_id.
asked-wrong-redirect = Diese redirect_uri ist für die App nicht registriert.
scope-openproject = Die OpenProject-API verwenden (/api/v3)
scope-native = Die API von Statuary verwenden (/api/statuary/v1)
scope-scim = Personen und Gruppen bereitstellen (SCIM)
scope-draft = Lesen, was Sie lesen können, und Statusberichte entwerfen, die Sie prüfen; sonst wird nichts geschrieben
scope-kantata = Die Kantata-API verwenden (/api/v1)
scope-openid = Erfahren, wer Sie sind
scope-email = Ihre E-Mail-Adresse sehen
scope-profile = Ihren Namen sehen
scope-mcp = Als Ihr Assistent handeln
scope-offline = Verbunden bleiben, auch wenn Sie offline sind
another-account-title = Diese App gehört zu einem anderen Konto
another-account-text = Melden Sie sich ab und dann mit dem Konto an, das die App registriert hat.

used-link-title = Dieser Link funktioniert nicht mehr
used-link-text = Er wurde schon benutzt, oder der Server wurde inzwischen neu gestartet.
unreadable-title = Die Anfrage konnte nicht gelesen werden
unreadable-letters = Sie ist kein gültiges UTF-8, oder auf ein % folgen keine zwei Hexadezimalziffern.
unreadable-null = Sie enthält ein Nullbyte.
unreadable-broken-off = Sie ist unvollständig. Senden Sie sie noch einmal.
unreadable-form = Sie hat nicht das erwartete Format. Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.
too-large-title = Das ist zu groß
too-large-text = Kürzen Sie es und versuchen Sie es noch einmal.
foreign-title = Dieses Formular ist abgelaufen
foreign-text = Ihre Sitzung ist beendet, oder eine andere Website hat das Formular gesendet. Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.
forbidden-title = Dazu fehlt Ihnen die Berechtigung
forbidden-text = Bitten Sie einen Administrator um Zugriff.
not-found-title = Seite nicht gefunden
not-found-text = Sie wurde vielleicht gelöscht, oder Sie haben keinen Zugriff.
failure-title = Etwas ist schiefgegangen
failure-text = Der Fehler liegt bei uns. Referenz: { $id }
later-title = Bitte versuchen Sie es später noch einmal
store-unavailable-text = Die Datenbank ist nicht erreichbar.
too-many-text = Zu viele Anfragen. Bitte versuchen Sie es später noch einmal.
unavailable-text = Der Dienst ist nicht verfügbar. Bitte versuchen Sie es später noch einmal.
slow-body-text = Die Anfrage kam nicht rechtzeitig an.
slow-text = Die Anfrage hat zu lange gedauert.

# Formulare und Listen
actions = Aktionen
save = Speichern
cancel = Abbrechen
back = Zurück
edit = Bearbeiten
edit-named = { $name } bearbeiten
delete = Löschen
delete-named = { $name } löschen
decimal-point = ,
broken-title = Bitte korrigieren Sie Folgendes:
broken-blank = Pflichtfeld.
broken-malformed = Ungültiger Wert.
broken-missing = Niemand hat diese E-Mail-Adresse. Ein Administrator des Kontos kann die Person unter „Personen“ hinzufügen.
broken-taken = Schon vergeben.
broken-long = Höchstens { $count } Zeichen.
broken-range = Geben Sie eine Zahl von { $least } bis { $most } ein.
broken-above = Geben Sie eine Zahl über { $number } ein.
broken-too-many-tokens = Sie haben bereits 200 Tokens. Widerrufen Sie zuerst eines.
broken-readonly-default = Der Standardstatus kann nicht schreibgeschützt sein.

# Status
statuses-lead = Status der Arbeitspakete, in der Reihenfolge, in der OpenProject-Clients sie sehen.
statuses-lead-move = Ziehen Sie eine Zeile, oder drücken Sie Alt mit ↑ oder ↓.
statuses-new = Neuer Status
statuses-edit = Status bearbeiten
statuses-order = Reihenfolge
statuses-name = Name
statuses-color = Farbe
statuses-color-help = Hex-Farbe wie #1098AD. Leer lassen für keine Farbe.
statuses-color-pick = Farbe auswählen
statuses-no-color = ohne Farbe
statuses-flags = Eigenschaften
statuses-done = Erledigt
statuses-done-field = % abgeschlossen
statuses-closed = Geschlossen
statuses-closed-help = Die Arbeit ist abgeschlossen.
statuses-default = Standard
statuses-default-help = Neue Arbeitspakete erhalten diesen Status. Nur einer kann Standard sein.
statuses-readonly = Schreibgeschützt
statuses-readonly-help = Arbeitspakete lassen sich nicht bearbeiten. Kann nicht Standard sein.
statuses-excluded = Nicht in Summen
statuses-excluded-help = Zählt in Summen nicht mit.
statuses-up = { $name } nach oben
statuses-down = { $name } nach unten
statuses-moved = { $name } ist jetzt { $place } von { $count }.
statuses-none-title = Keine Status
statuses-none-text = Administratoren legen sie hier oder über die OpenProject-API an.
statuses-delete-title = { $name } löschen?
statuses-delete-text = Das lässt sich nicht rückgängig machen. Integrationen, die seine ID gespeichert haben, erhalten „nicht gefunden“.
statuses-delete-default = Der Standardstatus lässt sich nicht löschen. Machen Sie zuerst einen anderen zum Standard.
statuses-delete-used = { $count ->
    [one] Ein Arbeitspaket hat diesen Status. Es erhält einen anderen.
   *[other] { $count } Arbeitspakete haben diesen Status. Sie erhalten einen anderen.
}
statuses-replacement = Neuer Status
statuses-move-delete = Verschieben und löschen
contrast-light = Auf hellem Grund
contrast-dark = Auf dunklem Grund
contrast-enhanced = AAA für Text
contrast-text = AA für Text
contrast-shapes = für großen Text
contrast-faint = schwach
keys-in-use-title = Verwendete Projektstatus
keys-in-use-lead = Die Kantata-Statusschlüssel Ihrer Projekte. Den Status eines Projekts ändern Sie auf seiner Seite.
keys-in-use-none = Keines Ihrer Projekte hat einen Status.
keys-in-use-key = Schlüssel
keys-in-use-active = Projekte
keys-in-use-archived = Archiviert

# Tokens, Sitzungen, Apps
never = nie
unknown = unbekannt
tokens-lead = Mit Tokens handeln Programme in Ihrem Namen. Gespeichert wird nur ein Hash.
tokens-name = Name
tokens-scopes = Zugriff
tokens-scopes-help = Ohne Haken: voller Zugriff. Die Kantata-API akzeptiert jedes Token.
tokens-everything = Voller Zugriff
tokens-made = Erstellt
tokens-ends = Läuft ab
tokens-ended = Abgelaufen
tokens-used = Zuletzt benutzt
tokens-unused = Nie benutzt
tokens-of-application = App
tokens-none-title = Noch keine Tokens
tokens-none-text = Erstellen Sie eines je Programm, damit Sie jedes einzeln widerrufen können.
tokens-docs = API-Dokumentation
tokens-new = Neues Token
tokens-make = Token erstellen
tokens-last-day = Läuft ab am
tokens-last-day-help = Leer lassen, damit es nicht abläuft.
tokens-until = Sie sind mit einem Token angemeldet; das neue läuft spätestens mit ihm ab:
tokens-revoke = Widerrufen
tokens-revoke-title = { $name } widerrufen?
tokens-revoke-text = Alles, was es benutzt, funktioniert sofort nicht mehr. Das lässt sich nicht rückgängig machen.
tokens-revoke-application = Alles, was es benutzt, funktioniert sofort nicht mehr, auch die anderen Tokens der App aus derselben Zustimmung. Die App kann erneut fragen.
tokens-made-title = Ihr neues Token
tokens-made-text = Kopieren Sie „{ $name }“ jetzt. Es wird nicht noch einmal angezeigt.
tokens-made-ends = Es läuft ab:
tokens-made-lasts = Es läuft nicht ab.
tokens-made-kept = Fertig
sessions-title = Aktive Sitzungen
sessions-lead = Browser, in denen Sie angemeldet sind.
sessions-began = Angemeldet
sessions-this = diese Sitzung
sessions-end = Abmelden
applications-name = App
applications-since = Seit
applications-end = Zugriff widerrufen
applications-end-title = Zugriff von { $name } widerrufen?
applications-end-text = Zugriff und Tokens enden sofort. Die App kann erneut fragen.

# Personen
people-title = Personen
people-count = { $count ->
    [one] { $count } Person in diesem Konto
   *[other] { $count } Personen in diesem Konto
}
people-name = Name
people-email = E-Mail-Adresse
people-workspaces = Projekte
people-nowhere = Keine
people-more = { $count } weitere
pages-label = Seitennavigation
people-administrator = Administrator
people-administrator-help = Hat vollen Zugriff auf dieses Konto.
people-new = Person hinzufügen
people-add = Hinzufügen
people-invite = Einladungslink
people-reset = Passwort zurücksetzen
people-deactivated = Deaktiviert
people-deactivate = Deaktivieren
people-activate = Aktivieren
people-promote = Zum Administrator machen
people-demote = Administratorrechte entziehen
people-last-title = Das Konto braucht einen Administrator
people-last-text = Dies ist der letzte aktive Administrator des Kontos. Machen Sie zuerst jemand anderen zum Administrator.
people-invited-title = Einladungslink für { $name }
people-reset-title = Link zum Zurücksetzen des Passworts von { $name }
people-invited-text = Senden Sie diesen Link nur an { $name }. Damit lässt sich einmal ein Passwort festlegen. Frühere Links gelten nicht mehr. Kopieren Sie ihn jetzt; er wird nicht noch einmal angezeigt.
people-invited-until = Er läuft ab:
people-side = Team
people-side-of = Team von { $name }
people-provider = Projektteam
people-client = Kunde
people-permission = Zugriff
people-permission-of = Zugriff von { $name }
people-view = Leser
people-edit = Bearbeiter
people-admin = Admin
people-you = Sie
people-sides-help = Kunden sehen das Projekt, aber nie seine Ampel, unabhängig von ihrem Zugriff.
people-none-title = Noch keine Mitglieder
people-none-text = Administratoren sehen das Projekt trotzdem.
people-new-part = Mitglied hinzufügen
people-remove = Entfernen
people-remove-title = { $name } aus { $workspace } entfernen?
people-remove-text = Die Person verliert den Zugriff auf das Projekt. Was sie geschrieben hat, bleibt.

# Projekt
age-less = unter einem Tag
wrong-prefix = Fehler:
crumbs = Navigationspfad
workspace-start = Beginn
workspace-due = Fällig
workspace-archived = Archiviert
workspace-health = Ampel
workspace-since = seit
workspace-no-report = Noch keine Berichte.
workspace-hidden = Ihr Projektteam hat die Ampel dieses Projekts nicht freigegeben.
workspace-no-report-first = Schreiben Sie den ersten.
timeline-title = Verlauf
timeline-from = ab
timeline-table = Als Tabelle anzeigen
moves-title = Status
moves-from = Von
moves-until = Bis
moves-lasted = Dauer
moves-by = Geändert von
moves-now = jetzt
move-label = Neuer Status
move-button = Status ändern
move-unknown = Unbekannt
move-same = Das Projekt hat diesen Status bereits. Bitte wählen Sie einen anderen.
move-none = Bitte wählen Sie einen Status aus der Liste.
group-grey = Nicht begonnen
group-light-green = Beginnt bald
group-green = In Arbeit
group-yellow = Braucht Aufmerksamkeit
group-red = Blockiert oder beendet
group-blue = Abgeschlossen
reports-title = Berichte
reports-at = Datum
reports-text = Bericht
reports-author = Autor
reports-all = Alle { $count } Berichte anzeigen
members-manage = Verwalten
members-all = Alle anzeigen

# Bericht
category-scope = Umfang
category-budget = Budget
category-schedule = Zeitplan
category-client = Kunde
category-came = neu
category-went = nicht mehr berichtet
report-of = Bericht vom
report-open = Öffnen
report-new = Bericht schreiben
report-others = Andere Berichte
report-before = Voriger
report-next = Nächster
report-deeds = Aktionen
report-edit = Bearbeiten
report-delete = Löschen …
report-delete-text = Der Bericht verschwindet aus allen Listen und kann wiederhergestellt werden. Seine Verweise auf andere Systeme werden gelöscht.
report-delete-button = Bericht löschen
then = dann
text-same = Text unverändert seit dem vorigen Bericht.
text-edited = Änderungen am Text
text-before = Text des vorigen Berichts
origin-title = Quelle
origin-author = Autor
origin-at = Veröffentlicht
origin-by = Über
origin-token = Token
origin-token-ended = Token { $id } (gelöscht)
surface-kantata = Kantata-API
surface-openproject = OpenProject-API
surface-command-line = Kommandozeile oder Archiv
surface-pages = Web
edits-title = Änderungen
edits-before = Vor dem Import geändert:
edit-text = Text
references-title = Externe Datensätze
sync-pending = Ausstehend
sync-successful = Abgeglichen
sync-failed = Fehlgeschlagen
sync-last = Zuletzt abgeglichen:

# Bericht schreiben
write-title = Bericht schreiben
write-edit-title = Bericht bearbeiten
write-wrong = Noch nicht veröffentlicht:
write-edit-wrong = Noch nicht gespeichert:
write-color = Wie steht es um das Projekt?
write-color-missing = Bitte wählen Sie eine Ampelfarbe für das Projekt.
write-text = Was ist geschehen, und was kommt als Nächstes?
write-text-hint = Markdown: **fett**, *kursiv*, Listen mit -, Überschriften mit #. Zeilenumbrüche bleiben; Webadressen werden zu Links.
write-text-missing = Bitte fassen Sie den Stand kurz zusammen.
write-categories = Kategorien
write-categories-hint = Aus dem letzten Bericht übernommen. Ändern Sie, was nicht mehr stimmt.
write-category-wrong = Bitte wählen Sie für jede Kategorie mit Kommentar eine Farbe, oder löschen Sie den Kommentar.
write-no-category = Nicht berichtet
write-changed-tag = geändert
write-words = Kommentar
write-last = zuletzt
write-last-title = Letzter Bericht
write-previous-title = Voriger Bericht
write-first = Dies ist der erste Bericht zu diesem Projekt.
write-preview = Vorschau
write-preview-text = nicht veröffentlicht
write-edit-preview-text = nicht gespeichert
write-publish = Veröffentlichen
write-save = Änderungen speichern
write-cancel = Abbrechen
write-again = Sie haben diesen Bericht schon veröffentlicht. Noch einmal veröffentlichen legt einen zweiten an.
write-changed = Jemand anderes hat diesen Bericht geändert. Noch einmal speichern überschreibt die Änderung.
write-look = Die andere Fassung ansehen
write-look-project = Projekt ansehen
draft-restored = Entwurf wiederhergestellt.
draft-kept = Entwurf in diesem Browser gesichert
draft-discard = Entwurf verwerfen
saving-title = Wird veröffentlicht …
saving-text = Das Formular wurde zweimal gesendet. Der Bericht erscheint gleich.
write-previous = zuvor

# Das Portfolio als Tabelle
yes = ja
no = nein
sheet-id = Projekt-ID
sheet-status-key = Statusschlüssel
sheet-category-text = { $category }: Kommentar
sheet-notes = Hinweise
sheet-weeks = Wochen vom { $from } bis zum { $to }; jede Spalte ist nach ihrem Montag benannt.
sheet-carried-over = Eine Farbe in Klammern ist übernommen: kein Bericht in dieser Woche.
sheet-large-title = Die Datei würde zu groß
sheet-large-text = Möglich sind 10.000 Projekte und 32 MB Text. Setzen Sie einen Filter und laden Sie die Datei noch einmal herunter.

# Unterlage für den Lenkungskreis
pack-title = Unterlage für den Lenkungskreis
pack-pdf = Für den Lenkungskreis (PDF)
pack-xlsx = Für den Lenkungskreis (Excel)
pack-changes = Was sich diese Woche geändert hat
pack-what = Änderungen
pack-category = Kategorie
pack-reds = Rote Projekte
pack-no-reds = Kein Projekt ist rot.
pack-since = Rot seit { $date }
pack-written = Bericht von { $name }, { $date }
pack-owed = Ausstehende Berichte
pack-nothing-owed = Es steht kein Bericht aus.
pack-owed-past = Ausstehende Berichte werden nur für den heutigen Tag gezeigt.
pack-page = Seite { $number } von { $count }
pack-large-title = Diese Unterlage würde zu groß
pack-large-text = Eine Unterlage umfasst höchstens 200 Projekte. Setzen Sie einen Filter und laden Sie sie erneut herunter.

# Hinweise zu Berichten
hint-no-reason = Insgesamt { $color }, aber der Text sagt nicht, warum.
hint-category-without-reason = { $category }: { $color } ohne Kommentar.
hint-better-than-category = Die Gesamtbewertung ist besser als { $category } ({ $color }).
hint-unchanged = Text unverändert seit { $date }.
hint-unchanged-week = Text unverändert, { $week }. Woche (seit { $date }).
hint-category-unchanged = Kommentar zu { $category } unverändert seit { $date }.
hint-category-unchanged-week = Kommentar zu { $category } unverändert, { $week }. Woche (seit { $date }).
hint-past-due = Grün, obwohl das Projekt am { $date } fällig war.
hints-label = Hinweise
hints-blocked = Nicht veröffentlicht: In diesem Konto werden Berichte mit offenen Hinweisen nicht veröffentlicht.

# Einstellungen
settings-title = Einstellungen
settings-reports = Berichte
settings-blocks-hints = Berichte mit offenen Hinweisen nicht veröffentlichen
settings-blocks-hints-help = Hinweise erscheinen beim Schreiben, zum Beispiel zu einer roten Kategorie ohne Kommentar. Mit dieser Einstellung müssen sie behoben sein, bevor ein Bericht auf den Seiten oder über die eigene API von Statuary veröffentlicht wird.

# Projekte: anlegen, bearbeiten, archivieren
project-new = Neues Projekt
project-create = Projekt anlegen
project-edit = Projekt bearbeiten
project-open = Projekt öffnen
project-actions = Aktionen für das Projekt
project-change-lead = Leitung ändern
project-archive = Archivieren
project-restore = Wiederherstellen
project-archived-text = Dieses Projekt ist archiviert und nicht mehr im Portfolio.
project-changed = Jemand anderes hat dieses Projekt inzwischen geändert. Noch einmal speichern überschreibt die Änderung.
project-name = Titel
project-description = Beschreibung
project-lead-help = Name oder E-Mail-Adresse eingeben.
project-lead-invite-help = Name oder E-Mail-Adresse eingeben. Wer noch nicht dabei ist, wird eingeladen.
project-lead-empty = Bleibt das Feld leer, leiten Sie das Projekt selbst.
project-access = Wer kann mitarbeiten
project-access-invitation = Eingeladene
project-access-open = Alle im Konto
project-access-admins = Wen Administratoren hinzufügen
project-invited-text = { $name } leitet jetzt das Projekt.
archived-title = Archivierte Projekte
archived-link = Archiv
portfolio-actions = Weitere Aktionen
archived-lead = Archivierte Projekte behalten ihre Berichte und Beteiligten. Im Portfolio erscheinen sie nicht.
archived-changed = Zuletzt geändert
archived-none-title = Keine archivierten Projekte
archived-none-text = Archiviert wird ein Projekt über das Menü auf seiner Seite.
keys-create = Neues Projekt (im Portfolio)
broken-lead = Diese Person gehört nicht zum Projektteam. Wer das Projekt verwaltet, kann sie hinzufügen.
undo = Rückgängig
copy = Kopieren
copied = Kopiert

# Projekte importieren
import-title = Projekte importieren
import-link = Importieren
import-rows = Zeilen
import-help = Fügen Sie Zeilen einer Tabelle ein: Titel, E-Mail-Adresse der Leitung, Termin (JJJJ-MM-TT). Eine Kopfzeile kann dabei sein. Höchstens { $count } Zeilen.
import-file = Oder eine CSV-Datei auswählen
import-preview = Vorschau
import-ready = { $count ->
    [one] { $count } Projekt kann importiert werden
   *[other] { $count } Projekte können importiert werden
}
import-failed = { $count ->
    [one] { $count } Zeile kann nicht importiert werden:
   *[other] { $count } Zeilen können nicht importiert werden:
}
import-row = Zeile { $number }
import-no-lead = Keine aktive Person hat diesen Namen oder diese E-Mail-Adresse.
import-no-day = Das ist kein Datum. Schreiben Sie es als JJJJ-MM-TT.
import-button = { $count ->
    [one] { $count } Projekt importieren
   *[other] { $count } Projekte importieren
}
import-nothing = Es gibt noch keine Zeilen. Fügen Sie welche ein, oder wählen Sie eine Datei aus.
import-no-text = Das ist keine Textdatei. Speichern Sie die Tabelle als CSV, oder fügen Sie ihre Zeilen ein.
import-too-many = Höchstens { $count } Zeilen können auf einmal importiert werden.
import-again = Mit diesem Formular wurden schon Projekte importiert. Nach einer neuen Vorschau können Sie weitere importieren.
imported-title = { $count ->
    [0] Keine Projekte importiert
    [one] { $count } Projekt importiert
   *[other] { $count } Projekte importiert
}
import-more = Weitere importieren

# Tabellen: Datensätze als CSV oder Arbeitsmappe
sheets-title = Import und Export
sheets-help = Übernehmen Sie Datensätze aus einer CSV-Datei oder einer Excel-Arbeitsmappe (.xlsx). Die erste Zeile nennt die Spalten, wie in einer exportierten Datei. Verfasser und Zeitpunkte bleiben erhalten, niemand wird benachrichtigt, und ein erneuter Import ändert nur, was sich in der Datei geändert hat. Höchstens { $count } Zeilen.
sheets-records = Datensätze
sheets-reports = Statusberichte
sheets-status-changes = Statusänderungen
sheets-work-packages = Arbeitspakete
sheets-file = Datei
sheets-mapping = Zuordnung der Spalten
sheets-mapping-help = Für Dateien mit anderen Spalten oder Werten: TOML mit [columns], [values] und [defaults].
sheets-ready = Bereit zum Import
sheets-done = Import abgeschlossen
sheets-new = Neu
sheets-changed = Geändert
sheets-unchanged = Unverändert
sheets-nothing-stored = Es wurde nichts importiert. Korrigieren Sie diese Zeilen und versuchen Sie es noch einmal.
sheets-export = Export
sheets-no-records = Wählen Sie aus, was importiert werden soll.
sheets-no-file = Wählen Sie eine Datei aus.
sheets-large = Diese Datei ist zu groß. Erlaubt sind 4 MB; größere Dateien lassen sich auf der Kommandozeile importieren.
sheets-bad-mapping = Die Zuordnung der Spalten ist nicht verwendbar:
sheets-bad-file = Diese Datei ist nicht lesbar:
sheets-much-title = Zu viele Datensätze
sheets-much-text = Es gibt mehr Datensätze, als ein Export hier umfassen kann. Exportieren Sie sie auf der Kommandozeile.
sheets-empty = ist leer
sheets-number = ist keine ganze Zahl:
sheets-color = ist weder green noch yellow noch red:
sheets-time = ist kein Zeitpunkt:
sheets-day = ist kein Datum:
sheets-hours = ist keine Stundenzahl:
sheets-name = ist kein bekannter Name:
sheets-no-project = Dieses Projekt gibt es nicht:
sheets-several-projects = Mehrere Projekte haben diesen Titel; geben Sie stattdessen workspace_id an:
sheets-no-person = passt auf niemanden oder auf mehrere Personen:
sheets-color-missing = hat einen Text, aber keine Farbe
sheets-same = Derselbe Datensatz wie in Zeile { $number }
sheets-own-parent = ist das Arbeitspaket selbst
sheets-no-parent = ist in keiner Zeile die id
sheets-percent = liegt nicht zwischen 0 und 100
sheets-other = Nicht erlaubt:

# Erste Schritte
portfolio-empty-wait = Projekte erscheinen hier, sobald jemand Sie zu einem hinzufügt.
project-again = Mit diesem Formular wurde schon ein Projekt angelegt. Noch einmal anlegen erzeugt ein weiteres.
start-title = Erste Schritte
start-project = Ein Projekt anlegen oder importieren
start-invite = Jemanden einladen
start-report = Den ersten Bericht schreiben
start-report-later = Legen Sie zuerst ein Projekt an.
start-done = Erledigt

# Eigenes Konto, Einstellungen
account-title = Mein Konto
account-headline = Position
account-as-browser = Wie im Browser
account-everywhere = Sprache und Zeitzone gelten in allen Ihren Browsern, außer in solchen mit eigenen Anzeigeeinstellungen.
account-saved = Ihr Konto ist gespeichert.
account-password-current = Bisheriges Passwort
account-password-new = Neues Passwort
account-password-button = Passwort ändern
account-password-saved = Ihr Passwort ist geändert. Überall sonst sind Sie abgemeldet.
sessions-device = Gerät
sessions-on = { $browser } unter { $system }

# Verwaltung der Personen
people-role = Rolle
people-last = Zuletzt aktiv
people-show = Anzeigen
people-all = Alle
people-active = Aktive
people-member = Mitglied
people-invited = Eingeladen
people-nobody-title = Niemand gefunden
people-nobody-text = Ändern Sie die Suche, um mehr zu sehen.
people-deactivate-help = Alle Sitzungen und Tokens dieser Person enden sofort. Ihre Berichte bleiben.
people-data = Personenbezogene Daten
people-data-help = Alles, was über diese Person gespeichert ist, als eine Datei. Beim Löschen werden Name, Adresse und weitere Wörter überall ersetzt. Das lässt sich nicht rückgängig machen.
people-export = Daten herunterladen
people-erase = Person löschen
people-erase-title = { $name } löschen?
people-erase-text = Name, E-Mail-Adresse und die Wörter unten werden überall ersetzt, auch im Verlauf. Die Person wird deaktiviert; Sitzungen, Tokens und Freigaben enden. Das lässt sich nicht rückgängig machen.
people-erase-backups = Frühere Sicherungen enthalten die Daten weiterhin. Löschen Sie diese, oder löschen Sie die Person nach dem Wiederherstellen noch einmal.
people-erase-words = Weitere Wörter
people-erase-words-help = Ein Wort oder eine Wendung pro Zeile: ein Spitzname, eine Telefonnummer, eine Diagnose. Gefunden werden ganze Wörter; Groß- und Kleinschreibung spielt keine Rolle.
people-erase-confirm = Zur Bestätigung die E-Mail-Adresse eingeben
people-erase-too-many = Es können höchstens 1.000 Wörter auf einmal gelöscht werden.
people-erase-too-short = Jedes Wort braucht mindestens zwei Buchstaben oder Ziffern.
people-erase-same = Zwei Status oder Gruppen hießen danach gleich. Benennen Sie zuerst einen davon um.
people-hand-over = Projekte übergeben
people-hand-over-to = Neue Leitung
people-hand-over-help = Die neue Leitung übernimmt alle Projekte, die diese Person leitet.
people-handed-over = { $count ->
    [one] { $count } Projekt hat eine neue Leitung.
   *[other] { $count } Projekte haben eine neue Leitung.
}
people-handed-left = Bei diesen steht die neue Leitung auf der Kundenseite. Dort wurde nichts geändert:
people-many = Mehrere Personen einladen
people-many-rows = Eine Person pro Zeile
people-many-help = Name <E-Mail-Adresse>, oder Name und E-Mail-Adresse in zwei Spalten.
people-many-button = Einladungslinks erstellen
people-many-title = { $count ->
    [one] { $count } Person hinzugefügt
   *[other] { $count } Personen hinzugefügt
}
people-many-text = Schicken Sie jeder Person ihren eigenen Link. Damit legt sie ein Passwort fest; er gilt einmal. Kopieren Sie die Links jetzt, denn sie werden nicht noch einmal angezeigt.
people-many-nothing = Fügen Sie mindestens eine Zeile ein.
people-many-again = Mit diesem Formular wurden schon Personen hinzugefügt. Noch einmal absenden fügt weitere hinzu.

# Meilensteine
milestones-title = Meilensteine
milestones-none = Noch keine Meilensteine.
milestone-add = Meilenstein hinzufügen
milestone-edit = Meilenstein bearbeiten
milestone-name = Name
milestone-due = Fällig am
milestone-done = Erreicht am
milestone-done-on = Erreicht am { $date }
milestone-late = Überfällig
milestone-mark = Als erreicht markieren
milestone-reopen = Wieder öffnen
milestone-slip = { $from } → { $to }, { $days } T.
milestone-project = Projekt
milestone-delete = Meilenstein löschen
milestone-delete-title = Meilenstein „{ $name }“ löschen?
milestone-delete-text = Das lässt sich nicht rückgängig machen. Das Protokoll behält einen Eintrag.

# Beschlüsse und Aufgaben, und die Besprechung
notes-title = Beschlüsse und Aufgaben
notes-none = Noch keine.
note-add = Beschluss oder Aufgabe hinzufügen
note-kind = Art
note-action = Aufgabe
note-decision = Beschluss
note-text = Was wurde beschlossen, oder was ist zu tun?
note-owner = Zuständig
note-nobody = Niemand
note-due = Fällig am (optional)
note-due-on = fällig am { $date }
note-done-on = Erledigt am { $date }
note-mark = Als erledigt markieren
note-back = Zurück
note-delete-title = Diesen Eintrag löschen?
note-delete-text = Das lässt sich nicht rückgängig machen. Das Protokoll behält einen Eintrag.

# Kommentare zu Berichten
comments-title = Kommentare
comments-earlier = { $count ->
    [one] { $count } früherer Kommentar wird nicht angezeigt.
   *[other] { $count } frühere Kommentare werden nicht angezeigt.
}
comment-new = Kommentar schreiben
comment-text = Kommentar
comment-help = Mit @ und vollem Namen oder E-Mail-Adresse sprechen Sie jemanden an.
comment-send = Kommentieren
comment-edit = Kommentar bearbeiten
comment-edit-link = Bearbeiten
comment-edited = bearbeitet
comment-back = Zurück zum Bericht
comment-delete-title = Diesen Kommentar löschen?
read-by = Gelesen von
read-by-nobody = Noch niemand hat diesen Bericht als gelesen markiert.
read-by-more = { $count } weiteren
read-mark = Als gelesen markieren
read-undo = Als ungelesen markieren

# Freigaben
share-title = Freigaben
share-lead = Wer keinen Zugang hat, liest über einen Link die Projekte, die er nennt, und nur das, was er zeigt. Namen von Personen zeigt er nie.
share-none-title = Noch keine Freigaben
share-none-text = Erstellen Sie einen Link für Personen ohne Zugang.
share-new = Neue Freigabe
share-nothing = Sie können Projekte freigeben, die Sie verwalten.
share-projects = Projekte
share-with = Zeigt
share-with-help = Die Titel der Projekte werden immer gezeigt.
share-part-health = Zustand nach Wochen
share-part-details = Kategorien
share-part-descriptions = Texte der Berichte
share-part-status = Status
share-weeks = Wochen
share-last-day = Letzter Tag (optional)
share-password = Passwort
share-password-optional = Passwort (optional)
share-make = Link erstellen
share-made = Erstellt
share-ends = Endet
share-views = Aufrufe
share-end = Beenden
share-end-title = Diese Freigabe beenden?
share-end-text = Danach kann niemand den Link mehr öffnen. Das lässt sich nicht rückgängig machen.
share-made-title = Ihr Freigabelink
share-made-text = Kopieren Sie den Link jetzt. Er wird nicht noch einmal angezeigt.
share-badge = Badge
share-badge-text = Markdown für eine README:
shared-title = Freigegebene Projekte
shared-until = Dieser Link endet am
shared-locked-title = Diese Seite ist mit einem Passwort geschützt
shared-wrong-password = Falsches Passwort.
shared-open = Öffnen
shared-over-title = Dieser Link funktioniert nicht mehr
shared-over-text = Er wurde beendet. Bitten Sie die Person, die ihn geschickt hat, um einen neuen.
broken-share-number = Wählen Sie 1 bis 200 Projekte.
broken-not-future = Wählen Sie einen späteren Tag.

# Benachrichtigungen
inbox-title = Eingang
inbox-unread = { $count } ungelesen
inbox-unread-word = ungelesen
inbox-all = Alle anzeigen
inbox-only-unread = Ungelesene anzeigen
inbox-read = Alle als gelesen markieren
inbox-new = Neu
inbox-newest = Neueste
inbox-none-title = Hier ist nichts
inbox-none-text = Hier erscheinen Berichte und Kommentare der Projekte, die Sie beobachten.
notifications-title = Benachrichtigungen
notifications-text = Im Eingang steht alles. Wählen Sie, was zusätzlich per E-Mail kommen soll.
notifications-email = Per E-Mail
notify-due-at = Fällig: { $at } ({ $zone })
notify-report-due = Ihr Bericht wird fällig
notify-report-overdue = Ein Bericht ist überfällig
notify-report-requested = Ihr Bericht wird angefordert
notify-report-published = Ein Bericht wurde veröffentlicht
notify-health-worsened = Der Zustand hat sich verschlechtert
notify-comment = Neuer Kommentar
notify-mention = Sie wurden erwähnt
notify-weekly-digest = Wöchentliche Zusammenfassung
notifications-no-mail = Im Eingang steht alles. Dieser Server verschickt derzeit keine E-Mails; Ihre Auswahl gilt, sobald er es tut.
mail-why = Sie erhalten diese E-Mail aufgrund Ihrer Benachrichtigungseinstellungen.
mail-stop = Solche E-Mails abbestellen
mail-choose = Alle Einstellungen
mail-ignore = Falls Sie diese E-Mail nicht erwartet haben, können Sie sie ignorieren.
mail-open-report = Bericht öffnen
mail-open-comment = Kommentar öffnen
mail-owed = Offene Berichte
mail-due = Fällig: { $at }
mail-invitation = Ihre Einladung zu Statuary
mail-invitation-text = Sie wurden zu Statuary hinzugefügt
mail-reset = Neues Passwort für Statuary festlegen
mail-reset-text = Für diese Adresse wurde ein neues Passwort angefordert
mail-link-once = Mit diesem Link legen Sie Ihr Passwort fest. Er gilt einmal und sieben Tage lang. Frühere Links gelten nicht mehr.
mail-choose-password = Passwort festlegen
unsubscribe-title = Diese E-Mails abbestellen?
unsubscribe-text = Sie erhalten dann keine E-Mails dieser Art mehr. Im Eingang von Statuary steht weiterhin alles.
unsubscribe-button = Abbestellen
unsubscribe-done-title = E-Mails abbestellt
unsubscribe-done-text = Sie erhalten keine E-Mails dieser Art mehr. In Ihren Benachrichtigungseinstellungen können Sie das ändern.
unsubscribe-over-title = Dieser Link gilt nicht mehr
unsubscribe-over-text = Melden Sie sich an und ändern Sie Ihre Benachrichtigungseinstellungen.
forgotten-link = Passwort vergessen?
forgotten-title = Neues Passwort festlegen
forgotten-text = Geben Sie Ihre E-Mail-Adresse ein. Wir schicken Ihnen einen Link.
forgotten-button = Link anfordern
forgotten-done-title = Sehen Sie in Ihrem Postfach nach
forgotten-done-text = Falls diese Adresse hier bekannt ist, ist ein Link dorthin unterwegs. Das kann einige Minuten dauern. Innerhalb von fünf Minuten wird höchstens ein Link verschickt.
people-invited-mailed = Er wurde auch per E-Mail verschickt.
watch-start = Beobachten
watch-stop = Nicht mehr beobachten
meeting-title = Besprechung
meeting-leave = Besprechung verlassen
meeting-position = { $number } von { $count }
meeting-previous = Zurück
meeting-next = Weiter
meeting-first = Zurück zu den Projekten
meeting-end = Ende
meeting-summary = Zusammenfassung
meeting-since = Letzter Bericht und Änderungen
meeting-notes = Heute beschlossen
meeting-count = { $count ->
    [one] { $count } Projekt
   *[other] { $count } Projekte
}

# Änderungen an Berichten
report-edited = bearbeitet
edit-words = vorher und nachher

# Gründe für Statuswechsel und gelöschte Berichte
move-reason = Grund (optional)
moves-reason = Grund
surface-native = Statuary-API
surface-agents = Agenten (MCP)
edit-deleted = Gelöscht
edit-restored = Wiederhergestellt

# Berichtsvorlagen

templates-title = Berichtsvorlagen
templates-lead = Eine Vorlage gibt Berichten ihre Abschnitte. Wer einen Bericht schreibt, wählt sie im Formular.
templates-new = Neue Vorlage
templates-edit = Vorlage bearbeiten
templates-none-title = Keine Berichtsvorlagen
templates-none-text = Legen Sie eine Vorlage mit den Abschnitten an, die jeder Bericht haben soll, etwa Erledigt, Nächste Schritte und Risiken.
templates-name = Name
templates-default = Standard
templates-is-default = Standard
templates-is-default-help = Neue Berichte beginnen mit diesen Abschnitten.
templates-sections = Abschnitte
templates-sections-help = Jeder Abschnitt wird eine Überschrift im Text des Berichts. Der Hinweis steht neben dem Text, nicht darin. Ein Abschnitt ohne Inhalt entfällt beim Veröffentlichen. Um einen Abschnitt zu entfernen, leeren Sie Überschrift und Hinweis.
templates-heading = Überschrift von Abschnitt { $number }
templates-heading-field = Überschrift
templates-hint = Hinweis zu Abschnitt { $number }
templates-hint-field = Hinweis beim Schreiben (optional)
templates-up = Abschnitt { $number } nach oben
templates-more = Abschnitt hinzufügen
templates-delete = Vorlage löschen
templates-delete-title = Vorlage „{ $name }“ löschen?
templates-delete-text = Berichte, die damit geschrieben wurden, bleiben unverändert. Das lässt sich nicht rückgängig machen.
templates-too-many = Ein Konto hat höchstens 20 Berichtsvorlagen.
templates-count = Eine Vorlage hat 1 bis 12 Abschnitte.
templates-heading-long = Eine Überschrift hat höchstens 80 Zeichen.
templates-heading-line = Eine Überschrift ist eine Zeile.
templates-heading-blank = Ein Abschnitt mit Hinweis braucht eine Überschrift.
templates-heading-same = Jede Überschrift kommt nur einmal vor.
templates-hint-long = Ein Hinweis hat höchstens 500 Zeichen.
write-template = Vorlage
write-template-none = Keine
write-template-insert = Abschnitte einfügen
write-template-hints = Was wohin gehört
# Seiten der Vergangenheit, und gelöschte Berichte
past-banner = Stand vom { $date }
past-back = Zurück zu heute
past-label = Stand vom
past-help = Zeigt Projekte, Status und Berichte dieses Tages, nur zum Lesen.
past-show = Diesen Tag zeigen
report-deleted = Gelöscht am
report-restore = Bericht wiederherstellen
reports-deleted = Gelöschte Berichte ({ $count })
# What changed
changes-menu = Änderungen
changes-title = Was sich geändert hat
changes-span = { $from } bis { $to }
changes-compared = { $count ->
    [one] { $count } Projekt verglichen
   *[other] { $count } Projekte verglichen
}
changes-from = Von
changes-to = Bis
changes-show = Anzeigen
changes-since-monday = Seit letztem Montag
changes-7-days = Letzte 7 Tage
changes-14-days = Letzte 14 Tage
changes-month = Letzter Monat
changes-invalid = Bitte Tage im Format 2026-11-14 eingeben.
changes-order = Der erste Tag muss vor dem letzten liegen, und keiner von beiden in der Zukunft.
changes-worse = Verschlechtert
changes-better = Verbessert
changes-silent = Verstummt
changes-new = Neu
changes-moved = Neuer Status
changes-due = Termin verschoben
changes-lead = Neue Leitung
changes-archived = Archiviert
changes-last-report = Letzter Bericht { $date } zuvor
changes-no-date = Kein Termin
changes-later = { $count ->
    [one] { $count } Tag später
   *[other] { $count } Tage später
}
changes-earlier = { $count ->
    [one] { $count } Tag früher
   *[other] { $count } Tage früher
}
changes-none = Nichts hat sich geändert
changes-none-help = Wählen Sie einen längeren Zeitraum.
changes-more = { $count ->
    [one] { $count } weiteres Projekt hat sich geändert.
   *[other] { $count } weitere Projekte haben sich geändert.
}
changes-link = Link zu dieser Seite
changes-link-help = Er zeigt jederzeit dieselben Änderungen, für alle, die diese Projekte sehen.

# Working calendar
calendar-title = Arbeitskalender
calendar-help = Diese Stunden zählen bei der Zeit im Status als Arbeitszeit.
calendar-days = Arbeitstage
calendar-from = Arbeitsbeginn
calendar-to = Arbeitsende
calendar-holidays = Feiertage
calendar-holidays-help = Ein Datum pro Zeile, etwa 2026-12-25.
calendar-not-a-date = Zeile { $line } ist kein Datum. Geben Sie Tage in der Form 2026-12-25 ein.
calendar-saved = Arbeitskalender gespeichert
broken-not-later = Muss nach dem Beginn liegen
broken-holidays = Höchstens 1000 Feiertage
monday = Montag
tuesday = Dienstag
wednesday = Mittwoch
thursday = Donnerstag
friday = Freitag
saturday = Samstag
sunday = Sonntag

# Arbeitspakete
work-title = Arbeitspakete
work-all = Alle { $count }
work-count = { $count ->
    [one] { $count } Arbeitspaket
   *[other] { $count } Arbeitspakete
}
percent = { $count } %
work-done = Arbeit erledigt
work-done-of = { $done } von { $work } Stunden
work-time = Zeit vergangen
work-time-of = { $from } bis { $to }
work-open = Offen
work-of = von { $count }
work-overdue = Überfällig
work-unchanged = Seit 3 Wochen unverändert
work-unchanged-tag = unverändert
work-by-status = Offene Arbeit nach Status
work-rule-title = So werden diese Zahlen ermittelt
work-rule = Arbeit erledigt: der Anteil der geschätzten Stunden, der nicht mehr zu leisten ist, ohne Status, die in Summen nicht zählen. Zeit vergangen: der Anteil der Tage vom Beginn bis zur Fälligkeit. Überfällig: nach der Fälligkeit noch offen. Unverändert: begonnen, nicht geschlossen und seit 3 Wochen ohne Änderung und ohne Kommentar; begonnen ist ein Arbeitspaket, das nicht mehr im Standardstatus ist.
work-line-done = Arbeit { $percent } %
work-line-time = Zeit { $percent } %
work-line-overdue = { $count } überfällig
work-line-unchanged = { $count } unverändert
work-hours = { $hours } h
work-subject = Thema
work-description = Beschreibung
work-status = Status
work-type = Typ
work-priority = Priorität
work-assignee = Zugewiesen an
work-responsible = Verantwortlich
work-author = Autor
work-parent = Übergeordnet
work-start = Beginn
work-due = Fällig
work-hours-title = Arbeit
work-remaining = Verbleibende Arbeit
work-percent = % abgeschlossen
work-changed = Letzte Änderung
work-show = Anzeigen
work-show-all = Alle
work-status-open = Offen
work-status-closed = Geschlossen
work-status-all = Offen und geschlossen
work-assignee-any = Alle
work-assignee-none = Niemand
work-none-title = Keine Arbeitspakete
work-none-text = Ändern Sie den Filter, um mehr zu sehen.
work-children = Untergeordnete Arbeitspakete
work-more = { $count ->
    [one] { $count } weiteres
   *[other] { $count } weitere
}
work-history = Verlauf
work-created = angelegt
work-nothing = nichts
work-rewritten = geändert
work-move = Ändern zu
work-move-none = Wählen Sie einen Status aus der Liste.
work-changed-meanwhile = Jemand anderes hat dieses Arbeitspaket geändert. Oben steht der jetzige Status.
work-readonly = In diesem Status lässt sich nur der Status selbst ändern.
work-facts = Angaben

# Die Tabelle der Statusschlüssel.
status-key-active = Aktiv
status-key-alert = Warnung
status-key-approved = Genehmigt
status-key-at-risk = Gefährdet
status-key-backlog = Backlog
status-key-bid-stage = Angebotsphase
status-key-blocked = Blockiert
status-key-cancelled = Abgebrochen
status-key-cancelled-change-order = Abgebrochen – Änderungsauftrag
status-key-cancelled-confirmed = Abbruch bestätigt
status-key-closed = Geschlossen
status-key-completed = Abgeschlossen
status-key-concern = Bedenken
status-key-confirmed = Bestätigt
status-key-contingent = Unter Vorbehalt
status-key-delivered = Geliefert
status-key-done = Erledigt
status-key-estimate = Schätzung
status-key-in-development = In Entwicklung
status-key-in-planning = In Planung
status-key-in-progress = In Arbeit
status-key-in-setup = In Einrichtung
status-key-in-testing = Im Test
status-key-inactive = Inaktiv
status-key-issue = Problem
status-key-keep-watch = Unter Beobachtung
status-key-late = Verspätet
status-key-late-payment = Zahlungsverzug
status-key-live = Live
status-key-needs-review = Prüfung nötig
status-key-not-started = Nicht begonnen
status-key-okay-to-start = Start freigegeben
status-key-on-hold = Pausiert
status-key-on-track = Im Plan
status-key-over-budget = Über Budget
status-key-past-due = Überfällig
status-key-pending = Ausstehend
status-key-pending-approval = Genehmigung ausstehend
status-key-pipeline = Pipeline
status-key-priority = Vorrangig
status-key-proposed = Vorgeschlagen
status-key-prospect = In Anbahnung
status-key-quality-control = Qualitätsprüfung
status-key-ready = Bereit
status-key-ready-for-testing = Bereit zum Test
status-key-rejected = Abgelehnt
status-key-requires-feedback = Rückmeldung nötig
status-key-requires-follow-up = Nachfassen nötig
status-key-requires-research = Klärung nötig
status-key-scheduled = Eingeplant
status-key-shipped = Versandt
status-key-smart-start = Smart Start
status-key-started = Begonnen
status-key-submitted = Eingereicht
status-key-suspended = Ausgesetzt
status-key-tech-setup = Technische Einrichtung
status-key-terminated = Vorzeitig beendet
status-key-uat = Abnahmetest

# Die Berichtsübersicht: wer welchen Bericht schuldet.
agent-drafts-title = Entwürfe von Agenten
agent-drafts-one = Entwurf eines Agenten
agent-drafts-text = Berichte, die Agenten entworfen haben. Sie warten, bis jemand sie veröffentlicht oder verwirft.
agent-drafts-by = Entworfen von { $agent } für { $name }
agent-drafts-count = { $count }
agent-drafts-agent = Agent
agent-drafts-for = Im Auftrag von
agent-drafts-none-title = Keine Entwürfe
agent-drafts-none-text = Ein Agent, dessen Token auf „draft“ beschränkt ist, kann hier Entwürfe ablegen.
agent-drafts-check = Diesen Text hat ein Agent geschrieben. Prüfen Sie ihn anhand der Quellen: Wer ihn veröffentlicht, ist sein Autor.
agent-drafts-sources = Sätze und ihre Quellen
agent-drafts-changed = seither geändert
agent-drafts-published = Veröffentlicht
agent-drafts-discarded = Entwurf verworfen
agent-drafts-report = Bericht ansehen
agent-drafts-drafted = Entworfen von
source-workspace = Projekt { $id }
source-report = Bericht { $id }
source-work-package = Arbeitspaket { $id }
source-status-change = Statuswechsel { $id }
source-milestone = Meilenstein { $id }
source-note = Notiz { $id }
source-comment = Kommentar { $id }
desk-title = Fälligkeiten
desk-text = Wer noch welchen Bericht schreiben muss. Überfällige stehen oben.
desk-state = Bericht
desk-up-to-date = Aktuell
desk-due = Fällig
desk-overdue = Überfällig
desk-paused = Pausiert
desk-exempt = Nicht nötig
desk-all = Alle
desk-owner = Zuständig
desk-everybody = Alle
desk-due-at = Fällig am
desk-on-time = Pünktlich
desk-in-time = { $number } von { $count }
desk-since = seit { $age }
desk-select = Auswählen
desk-more = Mehr
desk-write = Schreiben
desk-ask = Bericht anfordern
desk-message = Nachricht (optional)
desk-ask-selected = Für ausgewählte anfordern
desk-requested = Angefordert von { $name }, { $age }
desk-asked =
    { $asked ->
        [one] Ein Bericht wurde angefordert.
       *[other] { $asked } Berichte wurden angefordert.
    } { $open ->
        [0] {""}
        [one] Einer war schon angefordert.
       *[other] { $open } waren schon angefordert.
    }
desk-nobody-title = Keine Projekte
desk-nobody-text = Sie sehen kein Projekt, dessen Berichte verfolgt werden.
desk-nothing-title = Keine passenden Projekte

mine-title = Meine Berichte
mine-count =
    { $count ->
        [one] Ein Bericht steht noch aus.
       *[other] { $count } Berichte stehen noch aus, der älteste zuerst.
    }
mine-start = Mit dem ersten beginnen
mine-progress = { $number } von { $count }
mine-publish-next = Veröffentlichen und weiter
mine-skip = Überspringen
mine-done =
    { $count ->
        [one] Ein Bericht veröffentlicht.
       *[other] { $count } Berichte veröffentlicht.
    }
mine-nothing-title = Alle Berichte sind geschrieben
mine-nothing-text = Im Moment steht kein Bericht von Ihnen aus.
mine-asked = Angefordert von

# Wie oft ein Projekt berichtet.
cadence-title = Berichtsrhythmus
cadence-account-title = Standardrhythmus
cadence-help = Wie oft über dieses Projekt berichtet wird. Änderungen gelten ab jetzt; versäumte Berichte bleiben versäumt.
cadence-account-help = Wie oft über Projekte ohne eigenen Rhythmus berichtet wird.
cadence-every = Wie oft
cadence-none = Nie
cadence-usual = Standardrhythmus
cadence-week = Jede Woche
cadence-two-weeks = Alle zwei Wochen
cadence-month = Jeden Monat
cadence-on = Tag
cadence-weekday = Wochentag
cadence-day = Tag im Monat, bei monatlichen Berichten
cadence-at = Uhrzeit
cadence-grace = Frist in Stunden
cadence-grace-help = Nach dieser Zeit ist ein versäumter Bericht überfällig.
cadence-owner = Wer die Berichte schreibt
cadence-lead = Die Projektleitung
cadence-paused = Pausiert bis
cadence-starting = Erster Tag
cadence-days-help = Beide Tage sind optional. Ab dem Tag in „Pausiert bis“ zählen Berichte wieder. Vor dem ersten Tag ist nichts fällig; alle zwei Wochen zählt ab dessen Woche.

# Webhooks.
webhooks-title = Webhooks
webhooks-menu = { $count } deaktiviert
webhooks-lead = Statuary schickt Ereignisse an diese Adressen: an Programme oder in einen Chat.
webhooks-new = Neuer Webhook
webhooks-edit = Webhook bearbeiten
webhooks-make = Webhook anlegen
webhooks-none-title = Noch keine Webhooks
webhooks-none-text = Legen Sie einen an, um Berichte in einen Chat oder Ereignisse an ein Programm zu schicken.
webhooks-name = Webhook
webhooks-format = Format
webhooks-format-help = Standard Webhooks und CloudEvents sind für Programme. Die anderen sind Nachrichten für Menschen in einem Chat.
webhooks-url = Adresse
webhooks-url-hidden = Die Adresse eines Chats ist ein Zugangsschlüssel, deshalb wird nur ihr Host angezeigt. Lassen Sie sie stehen, um sie zu behalten.
webhooks-description = Beschreibung (optional)
webhooks-types = Ereignisse
webhooks-types-help = Ohne Häkchen werden alle Ereignisse verschickt.
webhooks-types-more = Weitere Typen, einer je Zeile (optional)
webhooks-type-reports = Statusberichte
webhooks-type-moves = Statuswechsel
webhooks-type-comments = Kommentare
webhooks-type-milestones = Meilensteine
webhooks-type-projects = Projekte
webhooks-projects = Projekte
webhooks-projects-help = Ohne Häkchen werden die Ereignisse aller Projekte verschickt, auch die ohne Projekt.
webhooks-all = Alle
webhooks-state = Zustand
webhooks-enabled = Aktiv
webhooks-disabled = Deaktiviert
webhooks-unsigned = Er kam mit einem Archiv, und Archive enthalten keine Schlüssel. Erneuern Sie den Schlüssel, um ihn zu aktivieren.
webhooks-gone = Der Empfänger meldet, dass es ihn nicht mehr gibt. Statuary hat den Webhook deaktiviert.
webhooks-failing = Fünf Tage lang ist jede Zustellung gescheitert. Statuary hat den Webhook deaktiviert.
webhooks-last = Letztes Ergebnis
webhooks-nothing-sent = Noch nichts verschickt
webhooks-accepted = Angenommen ({ $status })
webhooks-redirected = Umgeleitet ({ $status }); Umleitungen wird nicht gefolgt
webhooks-answered = Abgelehnt ({ $status })
webhooks-private = Die Adresse liegt auf diesem Rechner oder in einem privaten Netz
webhooks-timeout = Keine Antwort innerhalb von 15 Sekunden
webhooks-unreachable = Nicht erreichbar
webhooks-secret-title = Der Schlüssel des Webhooks
webhooks-secret-text = Kopieren Sie den Schlüssel jetzt. Er wird nicht noch einmal angezeigt.
webhooks-secret-new = Empfänger prüfen damit die Signaturen der Zustellungen. Ein Chat braucht ihn nicht.
webhooks-secret-old = 24 Stunden lang werden Zustellungen auch mit dem bisherigen Schlüssel signiert.
webhooks-rotate = Schlüssel erneuern
webhooks-rotate-title = Schlüssel erneuern?
webhooks-rotate-text = Der Empfänger braucht den neuen Schlüssel innerhalb von 24 Stunden.
webhooks-delete = Webhook löschen
webhooks-delete-title = Webhook „{ $name }“ löschen?
webhooks-delete-text = Seine Zustellungen werden ebenfalls gelöscht. Das lässt sich nicht rückgängig machen.
webhooks-deeds = Aktionen
webhooks-test = Test schicken
webhooks-tested = Ein Test ist unterwegs. Laden Sie die Seite neu, um das Ergebnis zu sehen.
webhooks-enable = Aktivieren
webhooks-enable-help = Es geht mit dem nächsten Ereignis weiter. Frühere kommen über „Erneut schicken“.
webhooks-leave = Deaktiviert lassen
webhooks-disable = Deaktivieren
webhooks-deliveries = Zustellungen
webhooks-pending = Ausstehend
webhooks-succeeded = Zugestellt
webhooks-failed = Gescheitert
webhooks-no-deliveries-title = Keine Zustellungen
webhooks-no-deliveries-text = Zustellungen werden 30 Tage lang aufbewahrt.
webhooks-next = nächster Versuch
webhooks-retry = Erneut versuchen
webhooks-retried = Die Zustellung ist wieder unterwegs.
webhooks-attempts =
    { $count ->
        [one] ein Versuch
       *[other] { $count } Versuche
    }
webhooks-milliseconds = { $count } ms
webhooks-replay = Erneut schicken
webhooks-replay-help = Ereignisse nach ihren Nummern im Protokoll, höchstens 10.000. Sie behalten ihre IDs, sodass Empfänger auslassen können, was sie schon haben.
webhooks-after = Nach Nummer
webhooks-until = Bis Nummer
webhooks-replayed =
    { $count ->
        [0] Keines dieser Ereignisse ist für diesen Webhook.
        [one] Ein Ereignis wird erneut geschickt.
       *[other] { $count } Ereignisse werden erneut geschickt.
    }
webhooks-not-a-url = Geben Sie eine Adresse an, die mit https:// oder http:// beginnt, ohne Benutzer, Passwort und Fragment.
webhooks-private-url = Diese Adresse liegt auf diesem Rechner oder in einem privaten Netz. Das muss der Betreiber des Servers erlauben.
webhooks-too-many = Ein Konto hat höchstens 10.000 Webhooks.
webhooks-count = Wählen Sie höchstens 200.
webhooks-unknown-type = Ein Typ ist unbekannt. Typen haben die Form subject.kind; * steht für alle.
webhooks-is-disabled = Der Webhook ist deaktiviert.
webhooks-long-replay = Höchstens 10.000 Ereignisse werden auf einmal erneut geschickt.

# Schlagwörter und eigene Felder
broken-line = Nur eine Zeile ist möglich.
labels-title = Schlagwörter und Felder
labels-tag = Schlagwort
labels-tags = Schlagwörter
labels-tags-help = Trennen Sie Schlagwörter durch Kommas, zum Beispiel: Schlüsselkunde, 2026
labels-known = Bereits verwendet:
labels-none = Noch keine Schlagwörter.
labels-too-many = Ein Projekt hat höchstens 20 Schlagwörter.
labels-tag-line = Ein Schlagwort ist eine Zeile ohne Kommas.
labels-tag-same = Jedes Schlagwort kommt nur einmal vor.
portfolio-find-tag = Schlagwort suchen
portfolio-no-tag = Ohne Schlagwort
portfolio-no-value = Kein Wert
fields-title = Eigene Felder
fields-lead = Was Sie über jedes Projekt wissen möchten, etwa den Kunden oder die Region. Projekte lassen sich danach filtern und gruppieren.
fields-new = Neues Feld
fields-edit = Feld bearbeiten
fields-none-title = Keine eigenen Felder
fields-none-text = Legen Sie eines an, etwa „Kunde“ mit freiem Text oder „Region“ mit Auswahl.
fields-name = Name
fields-type = Art
fields-type-text = Text
fields-type-choice = Auswahl
fields-choices = Auswahlwerte
fields-choices-help = Ein Wert pro Zeile, für Felder der Art „Auswahl“.
fields-position = Position
fields-delete = Feld löschen
fields-delete-title = Feld „{ $name }“ löschen?
fields-delete-text = Seine Werte werden bei Projekten nicht mehr angezeigt. Das lässt sich nicht rückgängig machen.
fields-too-many = Ein Konto hat höchstens 20 eigene Felder.
fields-choices-count = Ein Feld der Art „Auswahl“ hat 1 bis 50 Auswahlwerte.
fields-choices-same = Jeder Auswahlwert kommt nur einmal vor.

# Gespeicherte Ansichten
views-title = Ansichten
views-one = Ansicht
views-own = Meine Ansichten
views-others = Geteilte Ansichten
views-save = Diese Ansicht speichern
views-manage = Ansichten verwalten
views-edit = Ansicht bearbeiten
views-lead = Filter, Gruppen und Sortierung des Portfolios unter einem Namen.
views-none-title = Keine gespeicherten Ansichten
views-none-text = Filtern Sie das Portfolio und wählen Sie dann unter „Ansichten“ „Diese Ansicht speichern“.
views-name = Name
views-owner = Von
views-filters = Filter
views-shared = Mit allen auf Anbieterseite teilen
views-shared-help = Alle sehen nur die Projekte, auf die sie Zugriff haben.
views-shared-tag = Geteilt
views-start = Startseite
views-start-help = Nach der Anmeldung erscheint diese Ansicht.
views-start-tag = Startseite
views-delete = Ansicht löschen
views-delete-title = Ansicht „{ $name }“ löschen?
views-delete-own = Die Projekte bleiben unverändert.
views-delete-shared = Sie verschwindet für alle. Die Projekte bleiben unverändert.
views-too-many = Sie können höchstens 50 Ansichten speichern.
views-too-many-shared = Ein Konto hat höchstens 500 geteilte Ansichten.
views-all = Alle Projekte
views-pinned = Angeheftete Ansichten
views-pinned-tag = Angeheftet
views-pin = Diese Ansicht anheften
views-unpin = Diese Ansicht lösen
views-pin-short = Anheften
views-unpin-short = Lösen
views-pin-named = { $name } anheften
views-unpin-named = { $name } lösen
views-too-many-pins = Sie können höchstens 8 Ansichten anheften. Lösen Sie zuerst eine.
views-unknown = Diese Filter lassen sich nicht speichern. Öffnen Sie das Portfolio und versuchen Sie es erneut.

# Programme
programmes-title = Programme
programmes-one = Programm
programmes-lead = Projekte, deren Ampeln nach einer Regel zu einer Farbe zusammengefasst werden.
programmes-new = Neues Programm
programmes-edit = Programm bearbeiten
programmes-none-title = Keine Programme
programmes-none-text = Die Administration kann eines aus zusammengehörigen Projekten anlegen.
programmes-empty-title = Keine Projekte
programmes-empty-text = Bearbeiten Sie das Programm, um Projekte auszuwählen.
programmes-name = Name
programmes-description = Beschreibung
programmes-no-color = Keine Farbe
programmes-inputs = Projekte des Programms
programmes-left-out = Zählt nicht
programmes-resting = Pausiert oder abgebrochen
programmes-unreported = Noch nie berichtet
programmes-finished = Abgeschlossen
programmes-archived = Archiviert
programmes-count-resting = { $count } pausiert oder abgebrochen
programmes-count-finished = { $count } abgeschlossen
programmes-count-archived = { $count } archiviert
programmes-hidden = { $count ->
    [one] und ein Projekt, das Sie nicht sehen
   *[other] und { $count } Projekte, die Sie nicht sehen
}
programmes-hidden-text = { $count ->
    [one] Zu diesem Programm gehört noch ein Projekt, das Sie nicht sehen. Es zählt bei der Farbe hier nicht mit.
   *[other] Zu diesem Programm gehören noch { $count } Projekte, die Sie nicht sehen. Sie zählen bei der Farbe hier nicht mit.
}
programmes-rule = Regel
programmes-rule-help = Es zählen Projekte mit einem Bericht aus dieser oder der letzten Woche, die weder abgeschlossen noch archiviert sind.
programmes-rule-worst = Schlechteste Farbe eines Projekts
programmes-rule-weighted = Gewichteter Mittelwert
programmes-rule-threshold = Anzahl roter und gelber Projekte
programmes-weighted-help = Grün zählt 100, Gelb 50 und Rot 0. Die Gewichte der Projekte legen Sie unten fest.
programmes-red-below = Rot unter (%)
programmes-yellow-below = Gelb unter (%)
programmes-red-least = Rot ab so vielen roten
programmes-yellow-least = Gelb ab so vielen gelben oder roten
programmes-unit = Einheit
programmes-unit-count = Projekte
programmes-unit-percent = % der Projekte
programmes-rule-worst-text = Das Programm hat die schlechteste Farbe seiner Projekte.
programmes-rule-weighted-text = Gewichteter Mittelwert mit Grün 100, Gelb 50 und Rot 0: Rot unter { $red } %, Gelb unter { $yellow } %.
programmes-rule-threshold-text = Rot, wenn { $red }, sonst Gelb, wenn { $yellow }.
programmes-red-count = { $count ->
    [one] mindestens ein Projekt rot ist
   *[other] mindestens { $count } Projekte rot sind
}
programmes-red-percent = mindestens { $count } % der Projekte rot sind
programmes-yellow-count = { $count ->
    [one] mindestens ein Projekt gelb oder rot ist
   *[other] mindestens { $count } Projekte gelb oder rot sind
}
programmes-yellow-percent = mindestens { $count } % der Projekte gelb oder rot sind
programmes-score = Der Mittelwert beträgt { $count } %.
programmes-turns-red = { $count ->
    [one] Würde mit dieser Änderung rot
   *[other] Würde mit diesen { $count } Änderungen rot
}
programmes-turns-yellow = { $count ->
    [one] Würde mit dieser Änderung gelb
   *[other] Würde mit diesen { $count } Änderungen gelb
}
programmes-turns-green = { $count ->
    [one] Würde mit dieser Änderung grün
   *[other] Würde mit diesen { $count } Änderungen grün
}
programmes-weight = Gewicht
programmes-weight-of = Gewicht von { $title }
programmes-members-help = Gewichte von 1 bis 10 wirken sich nur auf den gewichteten Mittelwert aus.
programmes-delete-title = Programm „{ $name }“ löschen?
programmes-delete-text = Seine Projekte bleiben unverändert. Das lässt sich nicht rückgängig machen.
programmes-too-many = Ein Konto hat höchstens 100 Programme.
programmes-members-count = Ein Programm hat höchstens 500 Projekte.
programmes-weight-range = Ein Gewicht ist eine ganze Zahl von 1 bis 10.
programmes-rule-bounds = Anzahlen liegen zwischen 1 und 500, Prozentwerte zwischen 0 und 100.
programmes-rule-limits = Die Grenze für Gelb darf nicht unter der für Rot liegen.
find-project = Projekt suchen
