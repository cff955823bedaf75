# The messages of the pages in English. Every file of this folder has the same messages, with the same values.

skip = Skip to the content
menu-open = Menu
menu-preferences = Language and theme
menu-label = Main menu
find = Search
find-label = Search projects and pages
find-page = Page
find-nothing = No results.
display = Display
language = Language
theme = Theme
theme-auto = Match system
theme-light = Light
theme-dark = Dark
colours = Colours
palette-default = Default
palette-safe = Colour-blind safe
palette-mono = Monochrome
apply = Apply
preferences-title = Display preferences
preferences-text = These settings apply to this browser only.
zone = Time zone
zone-browser = Same as this browser
zone-help = All pages show weeks, days and times in this time zone.
zone-note = As of { $at }. Times are in { $zone }.
zone-change = Change time zone
shortcuts = Single-key shortcuts
shortcuts-on = On
shortcuts-off = Off
shortcuts-help = Keys such as n, j and ? work on their own. Turn them off if you use speech input or press keys by accident.
shortcuts-are-on = Single-key shortcuts are on.
shortcuts-are-off = Single-key shortcuts are off. Shortcuts with Ctrl or Cmd, and the arrow keys, still work.
shortcuts-turn-on = Turn on
shortcuts-turn-off = Turn off
saved = Changes saved.
close = Close
arrow-forward = →
arrow-back = ←
continue = Continue
sign-out = Sign out
signed-in-as = Signed in as
an-administrator = administrator of this account
to-start = Go to the portfolio
statuses-title = Statuses
tokens-title = Tokens
find-people = People of { $title }
show-more = Show more
show-less = Show less

keys-title = Keyboard shortcuts
key-ctrl = Ctrl
keys-help = Show keyboard shortcuts
keys-palette = Search projects and pages
keys-move = Next or previous item
keys-new = Write a report for the selected project
keys-search = Search
keys-grid = Move in the heatmap; Enter opens the report

# Times. The months in order, separated by spaces.
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

health-silent = { $health }, silent
health-resting = { $health }, closed or on hold

portfolio-title = Portfolio
portfolio-count = { $count ->
    [one] { $count } project
   *[other] { $count } projects
}
portfolio-empty-title = No projects yet
portfolio-empty-text = Create your first project, or import projects from a spreadsheet.
portfolio-nothing-title = No matching projects
portfolio-nothing-text = Remove a filter to see more.
portfolio-clear = Clear all filters
portfolio-all = All
portfolio-health-label = Health
portfolio-search = Title or description
portfolio-search-label = Search
portfolio-status = Status
portfolio-lead = Lead
portfolio-period = Period
portfolio-weeks = { $count } weeks
portfolio-group = Group by
portfolio-group-none = None
portfolio-show = Show
portfolio-view-label = View
portfolio-view-grid = Heatmap
portfolio-view-table = Table
portfolio-csv = CSV
portfolio-xlsx = Excel
portfolio-workspace = Project
portfolio-age = Report
portfolio-age-help = Age of the last report
portfolio-week = Week { $week }, from { $date }
portfolio-grid-label = Health by project and week
portfolio-no-lead = No lead
portfolio-no-status = No status
portfolio-never = never
portfolio-last-report = Last report
portfolio-reports = Reports
portfolio-green-weeks = Green weeks
portfolio-yellow-weeks = Yellow weeks
portfolio-red-weeks = Red weeks
portfolio-stale-weeks = Weeks without a report
portfolio-jumps = Two-step changes
portfolio-legend = Legend
portfolio-legend-stale = carried over: no report that week
portfolio-legend-down = dropped from green to red
portfolio-legend-up = recovered from red to green
portfolio-hidden-title = Your projects
portfolio-hidden-text = Your delivery team hasn’t shared the health of these projects.
portfolio-page = Projects { $from } to { $to } of { $count }
portfolio-page-rows = Rows { $from } to { $to } of { $count }; a project is in the group of each of its tags
portfolio-filter = Filter
portfolio-filter-done = Done
portfolio-filters-set = { $count ->
    [one] filter is set
   *[other] filters are set
}
portfolio-previous = Previous
portfolio-next = Next

cell-carried-over = { $health }, carried over
cell-dropped = { $health }, dropped from green
cell-recovered = { $health }, recovered from red
cell-none = No reports by this week.
cell-stale = { $count ->
    [one] No report this week; last one a week earlier.
   *[other] No report this week; last one { $count } weeks earlier.
}
cell-open = Open report

# Rows of the portfolio: counts, filters, and what a row says.
portfolio-silent = Silent
portfolio-silent-help = No report this week or last, though one is expected
portfolio-resting = Closed or on hold
portfolio-resting-help = No report this week or last, and none is expected
portfolio-current-help = Reported this week or last week
portfolio-count-red = { $count } red
portfolio-count-yellow = { $count } yellow
portfolio-count-green = { $count } green
portfolio-count-silent = { $count } silent
portfolio-count-none = { $count } without a report
portfolio-count-resting = { $count } closed or on hold
portfolio-since = Health since
portfolio-since-help = Since when the reports have this color
portfolio-late = past due
portfolio-first-due = First due on { $date }
portfolio-filters = Filters
portfolio-remove-filter = Remove filter
portfolio-find-status = Find a status
portfolio-find-lead = Find a person
portfolio-layout = Weeks and groups
portfolio-whole = Show all
portfolio-legend-hollow = silent, or closed or on hold: no report this week or last
cell-weeks = { $count } weeks
status-group-grey = Not started
status-group-light-green = Ready to start
status-group-green = In progress
status-group-yellow = Needs attention
status-group-red = Blocked or ended
status-group-blue = Finished

login-title = Sign in
login-link-text = This link signs you in once.
unencrypted-title = Sign in over HTTPS
unencrypted-text = Your browser can’t keep you signed in over an unencrypted connection. Open { $address } and sign in there.
login-failed = Wrong e-mail address, password or token.
login-email = E-mail address
login-password = Password
login-button = Sign in
login-token-title = Sign in with a token
login-token-help = Use a personal API token. An administrator can create one with
login-token = Token
login-token-button = Sign in with token
openid-sign-in = Sign in with { $name }
openid-or = or
openid-continue = Continue to { $name }
openid-leave = Sign out of { $name }, too
openid-left-title = You’re signed out of Statuary
openid-title = Sign-in services
openid-connect = Connect { $name }
openid-connect-title = Connect your account
openid-connected = Your account is connected.
openid-disconnect = Disconnect
openid-invitation-text = Welcome, { $name }. Sign in with the account of your organisation.
openid-refused-title = You’re not signed in
openid-cancelled-text = The sign-in with { $name } was cancelled.
openid-lost-text = The sign-in with { $name } took too long, or began in another browser. Try again.
openid-invalid-text = The answer of { $name } is not valid. Try again. If it happens again, tell an administrator.
openid-away-text = { $name } can’t be reached at the moment. Try again later.
openid-unknown-text = { $name } knows you, but nobody has added you here. Ask an administrator to add you with your e-mail address.
openid-unverified-text = { $name } has not verified your e-mail address. Sign in another way and connect { $name } under Account, or ask an administrator.
openid-ambiguous-text = Several accounts here have your e-mail address. Sign in another way and connect { $name } under Account.
openid-taken-text = This account of { $name } belongs to another person here, or you are connected with another one already. Ask an administrator.
openid-deactivated-text = Your access here is deactivated. Ask an administrator.
openid-last-text = This is the only way in which you can sign in. Choose a password first.
factors-title = Second factors
factors-text = When you sign in with your password, you’re also asked for a code from an app, or for a passkey.
factors-required = Your account requires a second factor.
factors-add = Add a second factor
factors-add-app = Add app
factors-add-passkey = Add passkey
factors-app = App
factors-passkey = Passkey
factors-app-scan = Scan this code with an authenticator app.
factors-app-type = Or enter this key:
factors-name = Name of the device
factors-code = Code
factors-code-help = The code from your app, or a recovery code.
factors-remove = Remove
factors-last-text = Your account requires a second factor. Add another one before you remove this one.
factors-codes-title = Recovery codes
factors-codes-text = Keep these { $count } codes in a safe place. Each one signs you in once if you lose your device. You won’t see them again.
factors-codes-kept = I’ve saved them
factors-codes-left = { $count ->
    [one] One code is left.
   *[other] { $count } codes are left.
}
factors-codes-new = Create new codes
factors-codes-new-text = The codes that you have now stop working.
factors-remove-title = Remove “{ $name }”?
factors-remove-text = You won’t be able to sign in with it any more. Recovery codes go with your last second factor.
factors-reset-title = Reset the second factors of { $name }?
factors-passkey-failed = The browser returned no passkey. Try again, or use a code.
factors-ask-title = Second factor
factors-use-passkey = Use a passkey
factors-failed = This code or passkey is not valid.
factors-setup-title = Set up a second factor
factors-setup-text = Your account requires a second factor. Choose an app or a passkey.
factors-too-many = You can have up to 10 second factors.
factors-reset = Reset second factors
factors-reset-help = For people who lost their device and their recovery codes. They’re signed out everywhere, and sign in with their password alone.
settings-requires-factor = Require a second factor
settings-requires-factor-help = People who signed in with a password alone, you included, are signed out now, and set one up when they sign in. Your provider asks those who sign in with it. API tokens keep working.

setup-title = Set up Statuary
setup-needed = Enter a name and an e-mail address.
setup-short = The password is too short, or too long (over 1,024 bytes).
setup-name = Your name
setup-email = Your e-mail address
setup-password = Password
setup-password-help = At least { $count } characters.
setup-button = Create account
setup-done-title = You’re all set
setup-token = This is your API token. Copy it now; you won’t see it again.

invitation-title = Choose your password
invitation-text = Welcome, { $name }. From now on, sign in with your e-mail address and this password.
invitation-help = At least { $count } characters. You’ll be signed out everywhere else.
invitation-end-tokens = Also revoke tokens and apps
invitation-end-tokens-help = Revokes your access tokens and the access of connected apps. Choose this if someone else may know your old password or a token.
invitation-button = Save and sign in
invitation-over-text = It has expired or been used, or a newer link replaced it. Ask an administrator for a new one.

applications-title = Connected apps
applications-none = No connected apps. Each app asks for your consent first.
back-to-application = Back to the app
consent-title = Allow { $application } to access your account?
consent-host = You will be sent back to
consent-everything = The app is asking for full access.
consent-asks = The app is asking to:
consent-then = It can then read and change everything you can, in all projects that you see.
consent-drafts = It can then read everything you can, in all projects that you see, and leave drafts of reports. It publishes nothing and changes nothing else.
consent-unknown = This app registered itself: nobody in your account has checked it, and its name is what it says. Allow it only if you started it just now.
consent-allow = Allow
consent-deny = Deny
not-you = Not you?
asked-wrongly-title = Invalid authorization request
asked-no-client = The parameter client_id is missing.
asked-no-redirect = The parameter redirect_uri is missing.
asked-unknown-client = No app has this client_id.
asked-wrong-redirect = This redirect_uri is not registered for the app.
scope-openproject = Use the OpenProject API (/api/v3)
scope-native = Use Statuary’s own API (/api/statuary/v1)
scope-scim = Provision people and groups (SCIM)
scope-draft = Read what you can read, and draft status reports for you to check; nothing else is written
scope-kantata = Use the Kantata API (/api/v1)
scope-openid = Know who you are
scope-email = See your e-mail address
scope-profile = See your name
scope-mcp = Act as your assistant
scope-offline = Stay connected when you’re offline
another-account-title = This app belongs to another account
another-account-text = Sign out, then sign in to the account that registered it.

used-link-title = This link no longer works
used-link-text = It has been used, or the server has restarted since.
unreadable-title = We couldn’t read that request
unreadable-letters = It isn’t valid UTF-8, or a % is not followed by two hexadecimal digits.
unreadable-null = It contains a null byte.
unreadable-broken-off = It was cut off. Send it again.
unreadable-form = It isn’t in the expected format. Go back, reload the page and try again.
too-large-title = That’s too large
too-large-text = Shorten it and try again.
foreign-title = This form has expired
foreign-text = Your session has ended, or another site sent the form. Go back, reload the page and try again.
forbidden-title = You don’t have permission
forbidden-text = Ask an administrator for access.
not-found-title = Page not found
not-found-text = It may have been deleted, or you may not have access.
failure-title = Something went wrong
failure-text = It’s a problem on our side. Reference: { $id }
later-title = Please try again later
store-unavailable-text = The database is not reachable.
too-many-text = Too many requests. Please try again later.
unavailable-text = The service is unavailable. Please try again later.
slow-body-text = The request was not received in time.
slow-text = The request took too long.

# Forms and lists
actions = Actions
save = Save
cancel = Cancel
back = Back
edit = Edit
edit-named = Edit { $name }
delete = Delete
delete-named = Delete { $name }
decimal-point = .
broken-title = Please fix the following:
broken-blank = Required.
broken-malformed = Invalid value.
broken-missing = No person has this e-mail address. An administrator of the account can add them under People.
broken-taken = Already in use.
broken-long = At most { $count } characters.
broken-range = Enter a number from { $least } to { $most }.
broken-above = Enter a number above { $number }.
broken-too-many-tokens = You already have 200 tokens. Revoke one first.
broken-readonly-default = The default cannot be read-only.

# Statuses
statuses-lead = Work package statuses, in the order in which OpenProject clients see them.
statuses-lead-move = Drag a row, or press Alt with ↑ or ↓.
statuses-new = New status
statuses-edit = Edit status
statuses-order = Order
statuses-name = Name
statuses-color = Colour
statuses-color-help = Hex colour such as #1098AD. Leave empty for none.
statuses-color-pick = Choose the colour
statuses-no-color = no colour
statuses-flags = Properties
statuses-done = Done
statuses-done-field = % complete
statuses-closed = Closed
statuses-closed-help = Work is finished.
statuses-default = Default
statuses-default-help = Given to new work packages. Only one status can be the default.
statuses-readonly = Read-only
statuses-readonly-help = Work packages can’t be edited. Can’t be the default.
statuses-excluded = Excluded from totals
statuses-excluded-help = Not counted in sums.
statuses-up = Move { $name } up
statuses-down = Move { $name } down
statuses-moved = { $name } is now { $place } of { $count }.
statuses-none-title = No statuses
statuses-none-text = Administrators create them here or through the OpenProject API.
statuses-delete-title = Delete { $name }?
statuses-delete-text = This can’t be undone. Integrations that stored its ID will get “not found”.
statuses-delete-default = The default cannot be deleted. Make another status the default first.
statuses-delete-used = { $count ->
    [one] One work package has this status. It moves to another one.
   *[other] { $count } work packages have this status. They move to another one.
}
statuses-replacement = New status
statuses-move-delete = Move and delete
contrast-light = On light
contrast-dark = On dark
contrast-enhanced = AAA for text
contrast-text = AA for text
contrast-shapes = for large text
contrast-faint = faint
keys-in-use-title = Project statuses in use
keys-in-use-lead = The Kantata status keys of your projects. Change a project’s status on its page.
keys-in-use-none = None of your projects has a status.
keys-in-use-key = Key
keys-in-use-active = Projects
keys-in-use-archived = Archived

# Tokens, sessions, apps
never = never
unknown = unknown
tokens-lead = Tokens let programs act as you. Only a hash of each is stored.
tokens-name = Name
tokens-scopes = Access
tokens-scopes-help = Leave all unticked for full access. The Kantata API accepts any token.
tokens-everything = Full access
tokens-made = Created
tokens-ends = Expires
tokens-ended = Expired
tokens-used = Last used
tokens-unused = Never used
tokens-of-application = app
tokens-none-title = No tokens yet
tokens-none-text = Create one for each program, so that you can revoke them one by one.
tokens-docs = API documentation
tokens-new = New token
tokens-make = Create token
tokens-last-day = Expires on
tokens-last-day-help = Leave empty for no expiry.
tokens-until = You signed in with a token, so this one expires when yours does, or earlier:
tokens-revoke = Revoke
tokens-revoke-title = Revoke { $name }?
tokens-revoke-text = Anything using it stops working immediately. This can’t be undone.
tokens-revoke-application = Anything using it stops working immediately, including the app’s other tokens from the same consent. The app can ask again.
tokens-made-title = Your new token
tokens-made-text = Copy “{ $name }” now. You won’t see it again.
tokens-made-ends = It expires:
tokens-made-lasts = It does not expire.
tokens-made-kept = Done
sessions-title = Active sessions
sessions-lead = Browsers where you are signed in.
sessions-began = Signed in
sessions-this = this session
sessions-end = Sign out
applications-name = App
applications-since = Since
applications-end = Revoke access
applications-end-title = Revoke the access of { $name }?
applications-end-text = Its access and its tokens end immediately. It can ask again.

# People
people-title = People
people-count = { $count ->
    [one] { $count } person in this account
   *[other] { $count } people in this account
}
people-name = Name
people-email = E-mail address
people-workspaces = Projects
people-nowhere = None
people-more = { $count } more
pages-label = Pagination
people-administrator = Administrator
people-administrator-help = Has full access to this account.
people-new = Add a person
people-add = Add
people-invite = Invite link
people-reset = Reset password
people-deactivated = Deactivated
people-deactivate = Deactivate
people-activate = Activate
people-promote = Make administrator
people-demote = Remove administrator rights
people-last-title = The account needs an administrator
people-last-text = This is the last active administrator of the account. Make someone else an administrator first.
people-invited-title = Invite link for { $name }
people-reset-title = Password reset link for { $name }
people-invited-text = Send this link only to { $name }. It lets them set a password and works once. Earlier links stop working. Copy it now; you won’t see it again.
people-invited-until = It expires:
people-side = Team
people-side-of = Team of { $name }
people-provider = Delivery
people-client = Client
people-permission = Access
people-permission-of = Access of { $name }
people-view = Viewer
people-edit = Editor
people-admin = Admin
people-you = you
people-sides-help = Clients see the project but never its health, whatever their access.
people-none-title = No members yet
people-none-text = Administrators can still see the project.
people-new-part = Add a member
people-remove = Remove
people-remove-title = Remove { $name } from { $workspace }?
people-remove-text = They lose access to the project. What they wrote stays.

# Project
age-less = under a day
wrong-prefix = Error:
crumbs = Breadcrumbs
workspace-start = Start
workspace-due = Due
workspace-archived = Archived
workspace-health = Health
workspace-since = since
workspace-no-report = No reports yet.
workspace-hidden = Your delivery team hasn’t shared the health of this project.
workspace-no-report-first = Write the first one.
timeline-title = Timeline
timeline-from = from
timeline-table = Show as table
moves-title = Status
moves-from = From
moves-until = Until
moves-lasted = Duration
moves-by = Changed by
moves-now = now
move-label = Change to
move-button = Change status
move-unknown = Unknown
move-same = The project already has this status. Choose another one.
move-none = Choose a status from the list.
group-grey = Not started
group-light-green = Starting soon
group-green = In progress
group-yellow = Needs attention
group-red = Blocked or ended
group-blue = Finished
reports-title = Reports
reports-at = Date
reports-text = Report
reports-author = Author
reports-all = Show all { $count } reports
members-manage = Manage
members-all = Show all

# Report
category-scope = Scope
category-budget = Budget
category-schedule = Schedule
category-client = Client
category-came = new
category-went = no longer reported
report-of = Report,
report-open = Open
report-new = Write a report
report-others = Other reports
report-before = Previous
report-next = Next
report-deeds = Actions
report-edit = Edit
report-delete = Delete …
report-delete-text = The report disappears from all lists and can be restored. Its references to other systems are deleted.
report-delete-button = Delete report
then = then
text-same = Text unchanged since the previous report.
text-edited = Changes in the text
text-before = Text of the previous report
origin-title = Source
origin-author = Author
origin-at = Published
origin-by = Via
origin-token = Token
origin-token-ended = token { $id } (deleted)
surface-kantata = Kantata API
surface-openproject = OpenProject API
surface-command-line = Command line or archive
surface-pages = Web
edits-title = Edits
edits-before = Edited before import:
edit-text = Text
references-title = External records
sync-pending = Pending
sync-successful = Synchronised
sync-failed = Failed
sync-last = Last synchronised:

# Writing a report
write-title = Write a report
write-edit-title = Edit report
write-wrong = Not published yet:
write-edit-wrong = Not saved yet:
write-color = How is the project doing?
write-color-missing = Choose the health of the project.
write-text = What happened, and what is next?
write-text-hint = Markdown: **bold**, *emphasis*, lists with -, headings with #. Line breaks stay; web addresses become links.
write-text-missing = Add a short summary.
write-categories = Categories
write-categories-hint = Copied from the last report. Update what changed.
write-category-wrong = Choose a colour for each category with a comment, or delete the comment.
write-no-category = Not reported
write-changed-tag = changed
write-words = Comment
write-last = last
write-last-title = Last report
write-previous-title = Previous report
write-first = This is the first report for this project.
write-preview = Preview
write-preview-text = not published
write-edit-preview-text = not saved
write-publish = Publish
write-save = Save changes
write-cancel = Cancel
write-again = You already published this. Publish again to create a second report.
write-changed = Someone else edited this report. Save again to overwrite it.
write-look = View their version
write-look-project = View the project
draft-restored = Draft restored.
draft-kept = Draft saved in this browser
draft-discard = Discard draft
saving-title = Publishing…
saving-text = The form was submitted twice. The report will be there in a moment.
write-previous = previous

# The portfolio as a spreadsheet
yes = yes
no = no
sheet-id = Project ID
sheet-status-key = Status key
sheet-category-text = { $category }: comment
sheet-notes = Notes
sheet-weeks = Weeks from { $from } to { $to }; each column is headed by its Monday.
sheet-carried-over = A colour in brackets is carried over: no report that week.
sheet-large-title = This file would be too large
sheet-large-text = The limit is 10,000 projects and 32 MB of text. Add a filter and download again.

# Steering pack
pack-title = Steering pack
pack-pdf = Steering pack (PDF)
pack-xlsx = Steering pack (Excel)
pack-changes = What changed this week
pack-what = What changed
pack-category = Category
pack-reds = Red projects
pack-no-reds = No project is red.
pack-since = Red since { $date }
pack-written = Report by { $name }, { $date }
pack-owed = Owed reports
pack-nothing-owed = No report is owed.
pack-owed-past = Owed reports are shown for the present day only.
pack-page = Page { $number } of { $count }
pack-large-title = This steering pack would be too large
pack-large-text = A steering pack has at most 200 projects. Add a filter and download again.

# Hints at reports
hint-no-reason = Overall is { $color }, but the text doesn’t say why.
hint-category-without-reason = { $category } is { $color } without a comment.
hint-better-than-category = Overall is better than { $category }, which is { $color }.
hint-unchanged = Text unchanged since { $date }.
hint-unchanged-week = Text unchanged, { $week ->
    [one] { $week }st
    [two] { $week }nd
    [few] { $week }rd
   *[other] { $week }th
} week (since { $date }).
hint-category-unchanged = Comment on { $category } unchanged since { $date }.
hint-category-unchanged-week = Comment on { $category } unchanged, { $week ->
    [one] { $week }st
    [two] { $week }nd
    [few] { $week }rd
   *[other] { $week }th
} week (since { $date }).
hint-past-due = Green, but the project was due on { $date }.
hints-label = Hints
hints-blocked = Not published: this account doesn’t publish reports with open hints.

# Settings
settings-title = Settings
settings-reports = Reports
settings-blocks-hints = Don’t publish reports with open hints
settings-blocks-hints-help = Hints are shown while writing, for example for a red category without a comment. With this setting they have to be resolved before a report is published on the pages or with Statuary’s own API.

# Projects: create, edit, archive
project-new = New project
project-create = Create project
project-edit = Edit project
project-open = Open project
project-actions = Project actions
project-change-lead = Change lead
project-archive = Archive
project-restore = Restore
project-archived-text = This project is archived and no longer in the portfolio.
project-changed = Someone else changed this project. Save again to overwrite it.
project-name = Title
project-description = Description
project-lead-help = Type a name or an e-mail address.
project-lead-invite-help = Type a name or an e-mail address. If nobody here has the address, the person is invited.
project-lead-empty = Leave empty to lead the project yourself.
project-access = Who can join
project-access-invitation = People who are invited
project-access-open = Everyone in the account
project-access-admins = People whom administrators add
project-invited-text = { $name } is now the lead of the project.
archived-title = Archived projects
archived-link = Archived
portfolio-actions = More actions
archived-lead = Archived projects keep their reports and people. They are not in the portfolio.
archived-changed = Last changed
archived-none-title = No archived projects
archived-none-text = Archive a project from the menu on its page.
keys-create = New project (on the portfolio)
broken-lead = This person isn’t on the delivery team of the project. Ask an admin of the project to add them.
undo = Undo
copy = Copy
copied = Copied

# Importing projects
import-title = Import projects
import-link = Import
import-rows = Rows
import-help = Paste rows of a spreadsheet: title, lead’s e-mail address, due date (YYYY-MM-DD). A header row is optional. At most { $count } rows.
import-file = Or choose a CSV file
import-preview = Preview
import-ready = { $count ->
    [one] { $count } project is ready to import
   *[other] { $count } projects are ready to import
}
import-failed = { $count ->
    [one] { $count } row can’t be imported:
   *[other] { $count } rows can’t be imported:
}
import-row = Row { $number }
import-no-lead = No active person has this name or e-mail address.
import-no-day = Not a date. Write it as YYYY-MM-DD.
import-button = { $count ->
    [one] Import { $count } project
   *[other] Import { $count } projects
}
import-nothing = There are no rows yet. Paste some, or choose a file.
import-no-text = This isn’t a text file. Save the sheet as CSV, or paste its rows.
import-too-many = At most { $count } rows can be imported at once.
import-again = This form already imported projects. Preview the rows and import again to create more.
imported-title = { $count ->
    [0] No projects imported
    [one] { $count } project imported
   *[other] { $count } projects imported
}
import-more = Import more

# Sheets: records in and out as CSV or as workbooks
sheets-title = Import and export
sheets-help = Bring in records from a CSV file or an Excel workbook (.xlsx). The first row names the columns, as in an exported file. Authors and dates are kept, nobody is notified, and importing a file again changes only what changed in it. At most { $count } rows.
sheets-records = Records
sheets-reports = Status reports
sheets-status-changes = Status changes
sheets-work-packages = Work packages
sheets-file = File
sheets-mapping = Column mapping
sheets-mapping-help = For files with other columns or values: TOML with [columns], [values] and [defaults].
sheets-ready = Ready to import
sheets-done = Import finished
sheets-new = New
sheets-changed = Changed
sheets-unchanged = Unchanged
sheets-nothing-stored = Nothing was imported. Correct these rows and try again.
sheets-export = Export
sheets-no-records = Choose what to import.
sheets-no-file = Choose a file.
sheets-large = This file is too large. Files can have up to 4 MB; larger ones can be imported from the command line.
sheets-bad-mapping = The column mapping can’t be used:
sheets-bad-file = This file can’t be read:
sheets-much-title = Too many records
sheets-much-text = There are more records than an export here can have. Export them from the command line.
sheets-empty = is empty
sheets-number = isn’t a whole number:
sheets-color = isn’t green, yellow or red:
sheets-time = isn’t a time:
sheets-day = isn’t a day:
sheets-hours = isn’t a number of hours:
sheets-name = isn’t a known name:
sheets-no-project = There is no such project:
sheets-several-projects = Several projects have this title; give the workspace_id instead:
sheets-no-person = matches nobody, or more than one person:
sheets-color-missing = has a text but no color
sheets-same = The same record as row { $number }
sheets-own-parent = is the work package itself
sheets-no-parent = isn’t the id of any row
sheets-percent = isn’t between 0 and 100
sheets-other = Not allowed:

# First steps
portfolio-empty-wait = Projects appear here as soon as someone adds you to one.
project-again = This form already created a project. Create again to add another one.
start-title = First steps
start-project = Create or import a project
start-invite = Invite a colleague
start-report = Write the first report
start-report-later = Create a project first.
start-done = Done

# Own account, settings
account-title = Account
account-headline = Job title
account-as-browser = Same as the browser
account-everywhere = Language and time zone apply in all your browsers, unless one has display preferences of its own.
account-saved = Your account is saved.
account-password-current = Current password
account-password-new = New password
account-password-button = Change password
account-password-saved = Your password is changed. You’re signed out everywhere else.
sessions-device = Device
sessions-on = { $browser } on { $system }

# Administration of people
people-role = Role
people-last = Last active
people-show = Show
people-all = All
people-active = Active
people-member = Member
people-invited = Invited
people-nobody-title = No matching people
people-nobody-text = Change the search to see more.
people-deactivate-help = Deactivating ends all sessions and tokens of this person immediately. Reports stay.
people-data = Personal data
people-data-help = Everything that is known about this person, as one file. Erasing replaces the name, the address and further words everywhere, and cannot be undone.
people-export = Download data
people-erase = Erase person
people-erase-title = Erase { $name }?
people-erase-text = The name, the e-mail address and the words below are replaced everywhere, in the history too. The person is deactivated, and sessions, tokens and grants end. This cannot be undone.
people-erase-backups = Backups made earlier still contain the data. Delete them, or erase the person again after restoring one.
people-erase-words = Further words
people-erase-words-help = One word or phrase per line: a nickname, a phone number, a diagnosis. Whole words are found, in upper and lower case.
people-erase-confirm = Type the e-mail address to confirm
people-erase-too-many = You can erase at most 1,000 words at once.
people-erase-too-short = Each word needs at least two letters or digits.
people-erase-same = Two statuses or groups would end up with the same name. Rename one of them first.
people-hand-over = Hand over projects
people-hand-over-to = New lead
people-hand-over-help = The new lead takes over all projects that this person leads.
people-handed-over = { $count ->
    [one] { $count } project has a new lead.
   *[other] { $count } projects have a new lead.
}
people-handed-left = On these, the new lead is on the client team. Nothing was changed:
people-many = Invite several people
people-many-rows = One person a line
people-many-help = Name <e-mail address>, or name and e-mail address in two columns.
people-many-button = Create invite links
people-many-title = { $count ->
    [one] { $count } person added
   *[other] { $count } people added
}
people-many-text = Send each person their own link. It lets them set a password and works once. Copy the links now; you won’t see them again.
people-many-nothing = Paste at least one row.
people-many-again = This form already added people. Add again to add more.

# Milestones
milestones-title = Milestones
milestones-none = No milestones yet.
milestone-add = Add milestone
milestone-edit = Edit milestone
milestone-name = Name
milestone-due = Due on
milestone-done = Done on
milestone-done-on = Done { $date }
milestone-late = Past due
milestone-mark = Mark as done
milestone-reopen = Reopen
milestone-slip = { $from } → { $to }, { $days } d
milestone-project = Project
milestone-delete = Delete milestone
milestone-delete-title = Delete the milestone “{ $name }”?
milestone-delete-text = This can’t be undone. The log keeps a record.

# Decisions and actions, and the meeting
notes-title = Decisions and actions
notes-none = None yet.
note-add = Add decision or action
note-kind = Kind
note-action = Action
note-decision = Decision
note-text = What was decided, or has to be done
note-owner = Owner
note-nobody = Nobody
note-due = Due on (optional)
note-due-on = due { $date }
note-done-on = Done { $date }
note-mark = Mark as done
note-back = Back
note-delete-title = Delete this decision or action?
note-delete-text = This can’t be undone. The log keeps a record.

# Comments on reports
comments-title = Comments
comments-earlier = { $count ->
    [one] { $count } earlier comment isn’t shown.
   *[other] { $count } earlier comments aren’t shown.
}
comment-new = Add a comment
comment-text = Comment
comment-help = @ with a full name or an e-mail address mentions a colleague.
comment-send = Comment
comment-edit = Edit comment
comment-edit-link = Edit
comment-edited = edited
comment-back = Back to the report
comment-delete-title = Delete this comment?
read-by = Read by
read-by-nobody = Nobody has marked this report as read yet.
read-by-more = { $count } more
read-mark = Mark as read
read-undo = Mark as unread

# Share links
share-title = Share links
share-lead = People without a login read the projects of a link, and nothing beyond what it names. They never see names of people.
share-none-title = No share links yet
share-none-text = Make a link for people who have no login here.
share-new = New share link
share-nothing = You can share projects that you administer.
share-projects = Projects
share-with = Shows
share-with-help = The titles of the projects are always shown.
share-part-health = Health by week
share-part-details = Categories
share-part-descriptions = Texts of reports
share-part-status = Status
share-weeks = Weeks
share-last-day = Last day (optional)
share-password = Password
share-password-optional = Password (optional)
share-make = Make the link
share-made = Made
share-ends = Ends
share-views = Views
share-end = End
share-end-title = End this link?
share-end-text = Nobody can open it any more. This can’t be undone.
share-made-title = Your share link
share-made-text = Copy the link now. You won’t see it again.
share-badge = Badge
share-badge-text = Markdown for a README:
shared-title = Shared projects
shared-until = This link ends on
shared-locked-title = This page has a password
shared-wrong-password = Wrong password.
shared-open = Open
shared-over-title = This link no longer works
shared-over-text = It has ended. Ask the person who sent it for a new one.
broken-share-number = Choose 1 to 200 projects.
broken-not-future = Choose a later day.

# Notifications
inbox-title = Inbox
inbox-unread = { $count } unread
inbox-unread-word = unread
inbox-all = Show all
inbox-only-unread = Show unread
inbox-read = Mark all as read
inbox-new = New
inbox-newest = Newest
inbox-none-title = Nothing here
inbox-none-text = Reports and comments of the projects that you watch appear here.
notifications-title = Notifications
notifications-text = Your inbox has everything. Choose what you also want by e-mail.
notifications-email = By e-mail
notify-due-at = Due: { $at } ({ $zone })
notify-report-due = Your report is due
notify-report-overdue = A report is overdue
notify-report-requested = Somebody asks for your report
notify-report-published = A report was published
notify-health-worsened = The health got worse
notify-comment = New comment
notify-mention = You were mentioned
notify-weekly-digest = Weekly digest
notifications-no-mail = Your inbox has everything. This server sends no e-mail at the moment; your choices take effect as soon as it does.
mail-why = You receive this e-mail because of your notification settings.
mail-stop = Stop e-mails of this kind
mail-choose = All settings
mail-ignore = If you did not expect this e-mail, you can ignore it.
mail-open-report = Open report
mail-open-comment = Open comment
mail-owed = Reports to write
mail-due = Due: { $at }
mail-invitation = Your invitation to Statuary
mail-invitation-text = You have been added to Statuary
mail-reset = Choose a new Statuary password
mail-reset-text = Somebody asked for a new password for this address
mail-link-once = Choose your password with this link. It works once and expires after seven days. Earlier links no longer work.
mail-choose-password = Choose password
unsubscribe-title = Stop these e-mails?
unsubscribe-text = You will no longer receive e-mails of this kind. They stay in your inbox on Statuary.
unsubscribe-button = Stop e-mails
unsubscribe-done-title = E-mails stopped
unsubscribe-done-text = You will receive no more e-mails of this kind. You can change this in your notification settings.
unsubscribe-over-title = This link no longer works
unsubscribe-over-text = Sign in and change your notification settings instead.
forgotten-link = Forgot your password?
forgotten-title = Choose a new password
forgotten-text = Enter your e-mail address. We will send you a link.
forgotten-button = Send link
forgotten-done-title = Check your e-mail
forgotten-done-text = If somebody here has this address, a link is on its way to it. It can take a few minutes. You get at most one link in five minutes.
people-invited-mailed = It has also been sent by e-mail.
watch-start = Watch
watch-stop = Stop watching
meeting-title = Meeting
meeting-leave = Leave meeting
meeting-position = { $number } of { $count }
meeting-previous = Previous
meeting-next = Next
meeting-first = Back to the projects
meeting-end = End
meeting-summary = Meeting summary
meeting-since = Last report, and what changed
meeting-notes = Decided today
meeting-count = { $count ->
    [one] { $count } project
   *[other] { $count } projects
}

# Edits of reports
report-edited = edited
edit-words = before and after

# Reasons of status changes, and deleted reports
move-reason = Reason (optional)
moves-reason = Reason
surface-native = Statuary API
surface-agents = Agents (MCP)
edit-deleted = Deleted
edit-restored = Restored

# Report templates

templates-title = Report templates
templates-lead = A template gives reports their sections. Authors choose one in the form.
templates-new = New template
templates-edit = Edit template
templates-none-title = No report templates
templates-none-text = Create one with the sections that every report should have, such as Done, Next and Risks.
templates-name = Name
templates-default = Default
templates-is-default = Default
templates-is-default-help = New reports begin with these sections.
templates-sections = Sections
templates-sections-help = Each section becomes a heading in the text of a report. The hint is shown beside the text, not in it. A section without words is left out when the report is published. Clear a heading and its hint to remove the section.
templates-heading = Heading of section { $number }
templates-heading-field = Heading
templates-hint = Hint for section { $number }
templates-hint-field = Hint for authors (optional)
templates-up = Move section { $number } up
templates-more = Add section
templates-delete = Delete template
templates-delete-title = Delete the template “{ $name }”?
templates-delete-text = Reports written with it stay as they are. This can’t be undone.
templates-too-many = An account has at most 20 report templates.
templates-count = A template has 1 to 12 sections.
templates-heading-long = A heading has at most 80 characters.
templates-heading-line = A heading is one line.
templates-heading-blank = A section with a hint needs a heading.
templates-heading-same = Each heading occurs once.
templates-hint-long = A hint has at most 500 characters.
write-template = Template
write-template-none = None
write-template-insert = Insert sections
write-template-hints = What belongs where
# Pages of the past, and restoring reports
past-banner = As it was on { $date }
past-back = Back to today
past-label = As it was on
past-help = Shows projects, statuses and reports of that day, read-only.
past-show = Show that day
report-deleted = This report was deleted on
report-restore = Restore report
reports-deleted = Deleted reports ({ $count })
# What changed
changes-menu = Changes
changes-title = What changed
changes-span = { $from } to { $to }
changes-compared = { $count ->
    [one] { $count } project compared
   *[other] { $count } projects compared
}
changes-from = From
changes-to = To
changes-show = Show
changes-since-monday = Since last Monday
changes-7-days = Last 7 days
changes-14-days = Last 14 days
changes-month = Last month
changes-invalid = Enter dates such as 2026-11-14.
changes-order = The first day has to be before the last, and neither can be in the future.
changes-worse = Got worse
changes-better = Got better
changes-silent = Went silent
changes-new = New
changes-moved = Status moved
changes-due = Due date moved
changes-lead = Lead changed
changes-archived = Archived
changes-last-report = Last report { $date } before
changes-no-date = No due date
changes-later = { $count ->
    [one] { $count } day later
   *[other] { $count } days later
}
changes-earlier = { $count ->
    [one] { $count } day earlier
   *[other] { $count } days earlier
}
changes-none = Nothing changed
changes-none-help = Choose a longer period.
changes-more = { $count ->
    [one] { $count } more project changed.
   *[other] { $count } more projects changed.
}
changes-link = Link to this page
changes-link-help = It shows the same changes at any time, to people who see these projects.

# Working calendar
calendar-title = Working calendar
calendar-help = The time in status counts these hours as working time.
calendar-days = Working days
calendar-from = Work starts at
calendar-to = Work ends at
calendar-holidays = Holidays
calendar-holidays-help = One date per line, such as 2026-12-25.
calendar-not-a-date = Line { $line } is not a date. Enter dates such as 2026-12-25.
calendar-saved = Working calendar saved
broken-not-later = Has to be later than the start
broken-holidays = At most 1000 holidays
monday = Monday
tuesday = Tuesday
wednesday = Wednesday
thursday = Thursday
friday = Friday
saturday = Saturday
sunday = Sunday

# Work packages
work-title = Work packages
work-all = All { $count }
work-count = { $count ->
    [one] { $count } work package
   *[other] { $count } work packages
}
percent = { $count }%
work-done = Work done
work-done-of = { $done } of { $work } hours
work-time = Time gone
work-time-of = { $from } to { $to }
work-open = Open
work-of = of { $count }
work-overdue = Overdue
work-unchanged = Unchanged for 3 weeks
work-unchanged-tag = unchanged
work-by-status = Open work by status
work-rule-title = How these figures are counted
work-rule = Work done: the share of the estimated hours that do not remain, without statuses that are excluded from totals. Time gone: the share of the days from start to due date. Overdue: open after the due date. Unchanged: begun and not closed, without a change or a comment for 3 weeks; a work package is begun when it is no longer in the default status.
work-line-done = Work { $percent }%
work-line-time = time { $percent }%
work-line-overdue = { $count } overdue
work-line-unchanged = { $count } unchanged
work-hours = { $hours } h
work-subject = Subject
work-description = Description
work-status = Status
work-type = Type
work-priority = Priority
work-assignee = Assignee
work-responsible = Accountable
work-author = Author
work-parent = Parent
work-start = Start
work-due = Due
work-hours-title = Work
work-remaining = Remaining work
work-percent = % complete
work-changed = Last change
work-show = Show
work-show-all = All
work-status-open = Open
work-status-closed = Closed
work-status-all = Open and closed
work-assignee-any = Anyone
work-assignee-none = Nobody
work-none-title = No work packages
work-none-text = Change the filter to see more.
work-children = Work packages below
work-more = { $count ->
    [one] { $count } more
   *[other] { $count } more
}
work-history = History
work-created = created
work-nothing = nothing
work-rewritten = changed
work-move = Change to
work-move-none = Choose a status of the list.
work-changed-meanwhile = Someone else changed this work package. Its status is now the one above.
work-readonly = This status is read-only. Only the status can be changed.
work-facts = Details

# The table of status keys.
status-key-active = Active
status-key-alert = Alert
status-key-approved = Approved
status-key-at-risk = At Risk
status-key-backlog = Backlog
status-key-bid-stage = Bid Stage
status-key-blocked = Blocked
status-key-cancelled = Cancelled
status-key-cancelled-change-order = Cancelled - Change Order
status-key-cancelled-confirmed = Cancelled Confirmed
status-key-closed = Closed
status-key-completed = Completed
status-key-concern = Concern
status-key-confirmed = Confirmed
status-key-contingent = Contingent
status-key-delivered = Delivered
status-key-done = Done
status-key-estimate = Estimate
status-key-in-development = In Development
status-key-in-planning = In Planning
status-key-in-progress = In Progress
status-key-in-setup = In Setup
status-key-in-testing = In Testing
status-key-inactive = Inactive
status-key-issue = Issue
status-key-keep-watch = Keep Watch
status-key-late = Late
status-key-late-payment = Late Payment
status-key-live = Live
status-key-needs-review = Needs Review
status-key-not-started = Not Started
status-key-okay-to-start = Okay to Start
status-key-on-hold = On Hold
status-key-on-track = On Track
status-key-over-budget = Over Budget
status-key-past-due = Past Due
status-key-pending = Pending
status-key-pending-approval = Pending Approval
status-key-pipeline = Pipeline
status-key-priority = Priority
status-key-proposed = Proposed
status-key-prospect = Prospect
status-key-quality-control = Quality Control
status-key-ready = Ready
status-key-ready-for-testing = Ready for Testing
status-key-rejected = Rejected
status-key-requires-feedback = Requires Feedback
status-key-requires-follow-up = Requires Follow-up
status-key-requires-research = Requires Research
status-key-scheduled = Scheduled
status-key-shipped = Shipped
status-key-smart-start = Smart Start
status-key-started = Started
status-key-submitted = Submitted
status-key-suspended = Suspended
status-key-tech-setup = Tech Setup
status-key-terminated = Terminated
status-key-uat = UAT

# The desk: who owes which report.
agent-drafts-title = Drafts by agents
agent-drafts-one = Draft by an agent
agent-drafts-text = Reports that agents drafted. They wait until somebody publishes or discards them.
agent-drafts-by = Drafted by { $agent } for { $name }
agent-drafts-count = { $count }
agent-drafts-agent = Agent
agent-drafts-for = On behalf of
agent-drafts-none-title = No drafts
agent-drafts-none-text = An agent whose token has the scope “draft” can leave drafts here.
agent-drafts-check = An agent wrote this text. Check it against its sources: if you publish it, you are its author.
agent-drafts-sources = Sentences and their sources
agent-drafts-changed = changed since
agent-drafts-published = Published
agent-drafts-discarded = Draft discarded
agent-drafts-report = Show the report
agent-drafts-drafted = Drafted by
source-workspace = Project { $id }
source-report = Report { $id }
source-work-package = Work package { $id }
source-status-change = Status change { $id }
source-milestone = Milestone { $id }
source-note = Note { $id }
source-comment = Comment { $id }
desk-title = Desk
desk-text = Who owes which report. Overdue reports come first.
desk-state = Report
desk-up-to-date = Up to date
desk-due = Due
desk-overdue = Overdue
desk-paused = On hold
desk-exempt = Not required
desk-all = All
desk-owner = Owner
desk-everybody = Everybody
desk-due-at = Due on
desk-on-time = On time
desk-in-time = { $number } of { $count }
desk-since = { $age } ago
desk-select = Select
desk-more = More
desk-write = Write
desk-ask = Request update
desk-message = Message (optional)
desk-ask-selected = Request updates from selected
desk-requested = Requested by { $name }, { $age }
desk-asked =
    { $asked ->
        [one] One update requested.
       *[other] { $asked } updates requested.
    } { $open ->
        [0] {""}
        [one] One was requested before.
       *[other] { $open } were requested before.
    }
desk-nobody-title = No projects
desk-nobody-text = You see no project whose reports are tracked.
desk-nothing-title = No matching projects

mine-title = My reports
mine-count =
    { $count ->
        [one] You owe one report.
       *[other] You owe { $count } reports, the oldest first.
    }
mine-start = Write the first one
mine-progress = { $number } of { $count }
mine-publish-next = Publish and next
mine-skip = Skip
mine-done =
    { $count ->
        [one] One report published.
       *[other] { $count } reports published.
    }
mine-nothing-title = All reports are written
mine-nothing-text = You owe no report at the moment.
mine-asked = Requested by

# Cadences: how often a project has to report.
cadence-title = Reporting cadence
cadence-account-title = Default cadence
cadence-help = How often this project has to report. Changes apply from now on; reports that were missed stay missed.
cadence-account-help = How often projects without their own cadence have to report.
cadence-every = How often
cadence-none = Never
cadence-usual = Default cadence
cadence-week = Every week
cadence-two-weeks = Every two weeks
cadence-month = Every month
cadence-on = Day
cadence-weekday = Day of the week
cadence-day = Day of the month, for monthly reports
cadence-at = Time
cadence-grace = Grace in hours
cadence-grace-help = A report that is missed is overdue after this time.
cadence-owner = Who writes the reports
cadence-lead = The lead
cadence-paused = On hold until
cadence-starting = First day
cadence-days-help = Both days are optional. On the day in “On hold until”, reports count again. Nothing is due before the first day; every two weeks is counted from its week.

# Webhooks.
webhooks-title = Webhooks
webhooks-menu = { $count } disabled
webhooks-lead = Statuary sends what happens to these addresses: to programs, or to a chat.
webhooks-new = New webhook
webhooks-edit = Edit webhook
webhooks-make = Create webhook
webhooks-none-title = No webhooks yet
webhooks-none-text = Create one to send reports to a chat, or events to a program.
webhooks-name = Webhook
webhooks-format = Format
webhooks-format-help = Standard Webhooks and CloudEvents are for programs. The others are messages for people in a chat.
webhooks-url = Address
webhooks-url-hidden = The address of a chat is a credential, so only its host is shown. Leave it as it is to keep it.
webhooks-description = Description (optional)
webhooks-types = Events
webhooks-types-help = Leave all unticked to send everything that happens.
webhooks-types-more = Further types, one per line (optional)
webhooks-type-reports = Status reports
webhooks-type-moves = Changes of status
webhooks-type-comments = Comments
webhooks-type-milestones = Milestones
webhooks-type-projects = Projects
webhooks-projects = Projects
webhooks-projects-help = Leave all unticked to send the events of all projects, and those without a project.
webhooks-all = All
webhooks-state = State
webhooks-enabled = Enabled
webhooks-disabled = Disabled
webhooks-unsigned = It came with an archive, which has no secrets. Renew its secret to enable it.
webhooks-gone = The receiver answered that it is gone, so Statuary disabled the webhook.
webhooks-failing = Every delivery failed for five days, so Statuary disabled the webhook.
webhooks-last = Last result
webhooks-nothing-sent = Nothing sent yet
webhooks-accepted = Accepted ({ $status })
webhooks-redirected = Redirected ({ $status }); redirects aren’t followed
webhooks-answered = Refused ({ $status })
webhooks-private = The address is on this machine or in a private network
webhooks-timeout = No answer within 15 seconds
webhooks-unreachable = Not reachable
webhooks-secret-title = The secret of the webhook
webhooks-secret-text = Copy the secret now. You won’t see it again.
webhooks-secret-new = Receivers check the signatures of deliveries with it. A chat doesn’t need it.
webhooks-secret-old = For 24 hours, deliveries are signed with the previous secret as well.
webhooks-rotate = Renew secret
webhooks-rotate-title = Renew the secret?
webhooks-rotate-text = The receiver needs the new secret within 24 hours.
webhooks-delete = Delete webhook
webhooks-delete-title = Delete the webhook “{ $name }”?
webhooks-delete-text = Its deliveries are deleted as well. This can’t be undone.
webhooks-deeds = Actions
webhooks-test = Send a test
webhooks-tested = A test is on its way. Reload the page to see its result.
webhooks-enable = Enable
webhooks-enable-help = Deliveries go on with the next event. “Send again” brings earlier ones.
webhooks-leave = Leave disabled
webhooks-disable = Disable
webhooks-deliveries = Deliveries
webhooks-pending = Pending
webhooks-succeeded = Delivered
webhooks-failed = Failed
webhooks-no-deliveries-title = No deliveries
webhooks-no-deliveries-text = Deliveries are kept for 30 days.
webhooks-next = next attempt
webhooks-retry = Retry
webhooks-retried = The delivery is on its way again.
webhooks-attempts =
    { $count ->
        [one] one attempt
       *[other] { $count } attempts
    }
webhooks-milliseconds = { $count } ms
webhooks-replay = Send again
webhooks-replay-help = Events by their numbers in the log, at most 10,000. They keep their ids, so that a receiver can leave out what it has.
webhooks-after = After number
webhooks-until = Up to number
webhooks-replayed =
    { $count ->
        [0] No event of these numbers is for this webhook.
        [one] One event is sent again.
       *[other] { $count } events are sent again.
    }
webhooks-not-a-url = Enter an address that begins with https:// or http://, without a user, a password and a fragment.
webhooks-private-url = This address is on this machine or in a private network. The operator of the server has to allow that.
webhooks-too-many = An account has at most 10,000 webhooks.
webhooks-count = Choose at most 200.
webhooks-unknown-type = A type is unknown. Types are written as subject.kind, where * stands for all.
webhooks-is-disabled = The webhook is disabled.
webhooks-long-replay = At most 10,000 events are sent again at a time.

# Tags and own fields
broken-line = Keep it to one line.
labels-title = Tags and fields
labels-tag = Tag
labels-tags = Tags
labels-tags-help = Separate tags with commas, for example: key account, 2026
labels-known = In use:
labels-none = No tags yet.
labels-too-many = A project has at most 20 tags.
labels-tag-line = A tag is one line without commas.
labels-tag-same = Each tag occurs once.
portfolio-find-tag = Find a tag
portfolio-no-tag = Without a tag
portfolio-no-value = No value
fields-title = Own fields
fields-lead = What you want to know about every project, such as its client or region. Projects are filtered and grouped by it.
fields-new = New field
fields-edit = Edit field
fields-none-title = No own fields
fields-none-text = Create one, such as Client with free text, or Region with choices.
fields-name = Name
fields-type = Type
fields-type-text = Text
fields-type-choice = Choice
fields-choices = Choices
fields-choices-help = One per line, for fields of type Choice.
fields-position = Position
fields-delete = Delete field
fields-delete-title = Delete the field “{ $name }”?
fields-delete-text = Its values are no longer shown on projects. This can’t be undone.
fields-too-many = An account has at most 20 own fields.
fields-choices-count = A field of type Choice has 1 to 50 choices.
fields-choices-same = Each choice occurs once.

# Saved views
views-title = Views
views-one = View
views-own = My views
views-others = Shared views
views-save = Save this view
views-manage = Manage views
views-edit = Edit view
views-lead = Filters, groups and order of the portfolio under a name.
views-none-title = No saved views
views-none-text = Filter the portfolio, then choose Views and Save this view.
views-name = Name
views-owner = Owner
views-filters = Filters
views-shared = Share with everyone on the provider side
views-shared-help = Everyone sees only the projects that they have access to.
views-shared-tag = Shared
views-start = Start page
views-start-help = Signing in leads here.
views-start-tag = Start page
views-delete = Delete view
views-delete-title = Delete the view “{ $name }”?
views-delete-own = The projects stay as they are.
views-delete-shared = It disappears for everyone. The projects stay as they are.
views-too-many = You can save at most 50 views.
views-too-many-shared = An account has at most 500 shared views.
views-all = All projects
views-pinned = Pinned views
views-pinned-tag = Pinned
views-pin = Pin this view
views-unpin = Unpin this view
views-pin-short = Pin
views-unpin-short = Unpin
views-pin-named = Pin { $name }
views-unpin-named = Unpin { $name }
views-too-many-pins = You can pin at most 8 views. Unpin one first.
views-unknown = These filters can’t be saved. Open the portfolio and try again.

# Programmes
programmes-title = Programmes
programmes-one = Programme
programmes-lead = Projects whose health is rolled up to one color by a rule.
programmes-new = New programme
programmes-edit = Edit programme
programmes-none-title = No programmes
programmes-none-text = An administrator can create one from projects that belong together.
programmes-empty-title = No projects
programmes-empty-text = Edit the programme to choose its projects.
programmes-name = Name
programmes-description = Description
programmes-no-color = No color
programmes-inputs = Projects of the programme
programmes-left-out = Not counted
programmes-resting = On hold or cancelled
programmes-unreported = Never reported
programmes-finished = Finished
programmes-archived = Archived
programmes-count-resting = { $count } on hold or cancelled
programmes-count-finished = { $count } finished
programmes-count-archived = { $count } archived
programmes-hidden = { $count ->
    [one] and one project you can’t see
   *[other] and { $count } projects you can’t see
}
programmes-hidden-text = { $count ->
    [one] One more project belongs to this programme. You can’t see it, and it is not in the color shown here.
   *[other] { $count } more projects belong to this programme. You can’t see them, and they are not in the color shown here.
}
programmes-rule = Rule
programmes-rule-help = Projects count if they were reported this week or last week and are neither finished nor archived.
programmes-rule-worst = Worst color of a project
programmes-rule-weighted = Mean score by weight
programmes-rule-threshold = Number of red and yellow projects
programmes-weighted-help = Green counts 100, yellow 50 and red 0. Set the weights of the projects below.
programmes-red-below = Red below (%)
programmes-yellow-below = Yellow below (%)
programmes-red-least = Red from (red projects)
programmes-yellow-least = Yellow from (yellow or red projects)
programmes-unit = Unit
programmes-unit-count = projects
programmes-unit-percent = % of the projects
programmes-rule-worst-text = The programme has the worst color of its projects.
programmes-rule-weighted-text = Mean score by weight, with green 100, yellow 50 and red 0: red below { $red }%, yellow below { $yellow }%.
programmes-rule-threshold-text = Red if { $red }, otherwise yellow if { $yellow }.
programmes-red-count = { $count ->
    [one] at least one project is red
   *[other] at least { $count } projects are red
}
programmes-red-percent = at least { $count }% of the projects are red
programmes-yellow-count = { $count ->
    [one] at least one project is yellow or red
   *[other] at least { $count } projects are yellow or red
}
programmes-yellow-percent = at least { $count }% of the projects are yellow or red
programmes-score = The score is { $count }%.
programmes-turns-red = { $count ->
    [one] Would turn red with this change
   *[other] Would turn red with these { $count } changes
}
programmes-turns-yellow = { $count ->
    [one] Would turn yellow with this change
   *[other] Would turn yellow with these { $count } changes
}
programmes-turns-green = { $count ->
    [one] Would turn green with this change
   *[other] Would turn green with these { $count } changes
}
programmes-weight = Weight
programmes-weight-of = Weight of { $title }
programmes-members-help = Weights from 1 to 10 matter for the mean score alone.
programmes-delete-title = Delete the programme “{ $name }”?
programmes-delete-text = Its projects stay as they are. This can’t be undone.
programmes-too-many = An account has at most 100 programmes.
programmes-members-count = A programme has at most 500 projects.
programmes-weight-range = A weight is a whole number from 1 to 10.
programmes-rule-bounds = Counts are from 1 to 500, percentages from 0 to 100.
programmes-rule-limits = The limit of yellow must not be below that of red.
find-project = Find a project
