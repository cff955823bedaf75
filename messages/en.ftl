# What pages say in English. Each name is in every file of this folder, with the same values.

skip = Skip to the content
menu-label = Pages
find = Find
find-label = Find a workspace or a page
find-page = Page
find-nothing = Nothing has these words.
display = Display
language = Language
theme = Theme
theme-auto = As the machine
theme-light = Light
theme-dark = Dark
colours = Colours
palette-default = Usual
palette-safe = Safe for colour-blind eyes
palette-mono = Without colour
apply = Apply
close = Close
continue = Continue
sign-out = Sign out
signed-in-as = You are signed in as
an-administrator = an administrator of this account
to-start = Go to the start page
statuses-title = Statuses
tokens-title = Tokens

keys-title = Keys
keys-help = Show the keys
keys-palette = Find a workspace or a page
keys-move = Down and up a list
keys-new = Write a report about the workspace in focus
keys-search = Filter by words
keys-grid = Move in the grid; Enter opens the report

# Instants. Months in their order, with blanks between them.
months = Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec
date = { $day } { $month } { $year }
age-today = today
age-days = { $count } d
age-weeks = { $count } wk
age-months = { $count } mo
age-years = { $count } yr

# Health: a word, and a letter that no other word has.
health-green = Green
health-yellow = Yellow
health-red = Red
health-none = No report
health-green-letter = G
health-yellow-letter = Y
health-red-letter = R
health-none-letter = –

portfolio-title = Portfolio
portfolio-count = { $count ->
    [one] { $count } workspace
   *[other] { $count } workspaces
}
portfolio-empty-title = No workspaces yet
portfolio-empty-text = Workspaces come in through the Kantata or the OpenProject surface, or from an archive; then they are shown here.
portfolio-nothing-title = No workspace is like this
portfolio-nothing-text = Take a filter away to see more.
portfolio-clear = Clear all filters
portfolio-all = All
portfolio-stale = Stale
portfolio-stale-help = No report this week or last, and not finished
portfolio-health-label = Health
portfolio-search = Title or description
portfolio-search-label = Words
portfolio-status = Status
portfolio-lead = Lead
portfolio-any = Any
portfolio-period = Period
portfolio-weeks = { $count } weeks
portfolio-until = Up to
portfolio-group = Group by
portfolio-group-none = Nothing
portfolio-order = Order
portfolio-order-name = Name
portfolio-order-health = Health
portfolio-order-age = Age of the report
portfolio-order-lead = Lead
portfolio-order-status = Status
portfolio-show = Show
portfolio-view-label = View
portfolio-view-grid = Heatmap
portfolio-view-table = Table
portfolio-csv = CSV
portfolio-workspace = Workspace
portfolio-age = Report
portfolio-age-help = Age of the last report
portfolio-trend = Trend
portfolio-week = Week { $week }, from { $date }
portfolio-grid-label = Health by workspace and week
portfolio-no-lead = Nobody
portfolio-no-status = No status
portfolio-never = never
portfolio-last-report = Last report
portfolio-reports = Reports
portfolio-green-weeks = Green weeks
portfolio-yellow-weeks = Yellow weeks
portfolio-red-weeks = Red weeks
portfolio-stale-weeks = Weeks without a report
portfolio-jumps = Jumps
portfolio-legend = How to read it
portfolio-legend-stale = carried over from an earlier week
portfolio-legend-down = from green to red at once
portfolio-legend-up = from red to green at once
portfolio-hidden-title = Your projects
portfolio-hidden-text = How these are doing is told by those who deliver them.
portfolio-page = Workspaces { $from } to { $to } of { $count }
portfolio-previous = Previous
portfolio-next = Next

cell-none = Nothing was reported up to this week.
cell-stale = { $count ->
    [one] No report in this week; the last one is a week older.
   *[other] No report in this week; the last one is { $count } weeks older.
}
cell-open = Open the report

login-title = Sign in
login-failed = Nobody can sign in with these.
login-email = E-mail address
login-password = Password
login-button = Sign in
login-token-title = Sign in with a token
login-token-help = An API token of your own. An administrator makes one with
login-token = Token
login-token-button = Sign in with the token

setup-title = First administrator
setup-needed = A name and an e-mail address are needed.
setup-short = The password is too short, or longer than 1024 bytes.
setup-name = Your name
setup-email = Your e-mail address
setup-password = A password
setup-password-help = At least { $count } characters. Without one you sign in with a token.
setup-button = Make me the administrator
setup-done-title = You are the administrator
setup-token = This is your token; it is shown this once:

applications-title = Applications that act for you
applications-none = None. Each asks for your consent first.
back-to-application = Back to the application
consent-title = Allow { $application } to act for you?
consent-host = The application is at
consent-everything = It asks to do everything that you may do.
consent-asks = It asks for:
consent-then = It can then read and write what you can, in all projects that you see.
consent-allow = Allow
consent-deny = Deny
not-you = Not you?
asked-wrongly-title = This application asked wrongly
another-account-title = This application is of another account
another-account-text = Sign out, and in again as somebody of the account that registered it.

used-link-title = This link leads nowhere
used-link-text = It was used, or belongs to an earlier start of the server.
unreadable-title = This cannot be read
too-large-title = This is too long
too-large-text = Less would do.
foreign-title = This form is not yours
foreign-text = It was sent by another site, or by a session that has ended. Go back, load the page again, and send it once more.
forbidden-title = This is not yours to do
forbidden-text = You see it, and may not change it. An administrator of the workspace can give you the right.
not-found-title = There is nothing here
not-found-text = It was taken away, or was never there, or is not for you to see.
failure-title = Something went wrong
failure-text = It is in the server’s log.
later-title = Please try again later
store-unavailable-text = The store is not reachable.
too-many-text = Too many requests. Please try again later.
unavailable-text = The service is unavailable. Please try again later.
slow-body-text = The body of the request did not come in time.
slow-text = The request took too long.
