# הודעות הדפים בעברית. לכל קובץ בתיקייה זו אותן הודעות, עם אותם ערכים.

skip = דילוג לתוכן
menu-open = תפריט
menu-preferences = שפה וערכת נושא
menu-label = תפריט ראשי
find = חיפוש
find-label = חיפוש פרויקטים ודפים
find-page = דף
find-nothing = אין תוצאות.
display = תצוגה
language = שפה
theme = ערכת נושא
theme-auto = לפי המערכת
theme-light = בהיר
theme-dark = כהה
colours = צבעים
palette-default = ברירת מחדל
palette-safe = מותאם לעיוורון צבעים
palette-mono = גוון אחד
apply = החלה
preferences-title = העדפות תצוגה
preferences-text = הגדרות אלה חלות על דפדפן זה בלבד.
zone = אזור זמן
zone-browser = כמו בדפדפן זה
zone-help = כל הדפים מציגים שבועות, ימים ושעות באזור זמן זה.
zone-note = נכון ל־{ $at }. השעות הן לפי { $zone }.
zone-change = שינוי אזור הזמן
shortcuts = קיצורי מקש יחיד
shortcuts-on = פעילים
shortcuts-off = כבויים
shortcuts-help = מקשים כגון n,‏ j ו־? פועלים לבדם. כדאי לכבות אותם אם משתמשים בהקלדה קולית או לוחצים על מקשים בטעות.
shortcuts-are-on = קיצורי מקש יחיד פעילים.
shortcuts-are-off = קיצורי מקש יחיד כבויים. קיצורים עם Ctrl או Cmd ומקשי החיצים עדיין פועלים.
shortcuts-turn-on = הפעלה
shortcuts-turn-off = כיבוי
saved = השינויים נשמרו.
close = סגירה
arrow-forward = ←
arrow-back = →
continue = המשך
sign-out = יציאה
signed-in-as = מחובר בשם
an-administrator = מנהל החשבון
to-start = אל התיק
statuses-title = מצבים
tokens-title = אסימונים
find-people = אנשים בפרויקט { $title }
show-more = עוד
show-less = פחות

keys-title = קיצורי מקלדת
key-ctrl = Ctrl
keys-help = הצגת קיצורי המקלדת
keys-palette = חיפוש פרויקטים ודפים
keys-move = הפריט הבא או הקודם
keys-new = כתיבת דוח לפרויקט הנבחר
keys-search = חיפוש
keys-grid = תנועה במפת החום; Enter פותח את הדוח

# זמנים. החודשים לפי הסדר, מופרדים ברווחים.
months = ינו׳ פבר׳ מרץ אפר׳ מאי יוני יולי אוג׳ ספט׳ אוק׳ נוב׳ דצמ׳
date = { $day } ב{ $month } { $year }
age-today = היום
age-days = { $count } ימ׳
age-weeks = { $count } שב׳
age-months = { $count } חוד׳
age-years = { $count } שנ׳

# בריאות: מילה, ואות שאין לאף מילה אחרת.
health-green = ירוק
health-yellow = צהוב
health-red = אדום
health-none = אין דוח
health-green-letter = י
health-yellow-letter = צ
health-red-letter = א
health-none-letter = –

portfolio-title = תיק הפרויקטים
portfolio-count = { $count ->
    [one] פרויקט אחד
    [two] שני פרויקטים
   *[other] { $count } פרויקטים
}
portfolio-empty-title = אין עדיין פרויקטים
portfolio-empty-text = אפשר ליצור את הפרויקט הראשון או לייבא פרויקטים מגיליון.
portfolio-nothing-title = אין פרויקטים מתאימים
portfolio-nothing-text = הסרת מסנן תציג עוד.
portfolio-clear = ניקוי כל המסננים
portfolio-all = הכול
portfolio-health-label = בריאות
portfolio-search = שם או תיאור
portfolio-search-label = חיפוש
portfolio-status = מצב
portfolio-lead = מוביל
portfolio-period = תקופה
portfolio-weeks = { $count } שבועות
portfolio-group = קיבוץ לפי
portfolio-group-none = ללא
portfolio-show = הצגה
portfolio-view-label = תצוגה
portfolio-view-grid = מפת חום
portfolio-view-table = טבלה
portfolio-csv = CSV
portfolio-xlsx = Excel
portfolio-workspace = פרויקט
portfolio-age = דוח
portfolio-age-help = גיל הדוח האחרון
portfolio-week = שבוע { $week }, החל מ־{ $date }
portfolio-grid-label = בריאות לפי פרויקט ושבוע
portfolio-no-lead = אין מוביל
portfolio-no-status = אין מצב
portfolio-never = מעולם לא
portfolio-last-report = הדוח האחרון
portfolio-reports = דוחות
portfolio-green-weeks = שבועות ירוקים
portfolio-yellow-weeks = שבועות צהובים
portfolio-red-weeks = שבועות אדומים
portfolio-stale-weeks = שבועות ללא דוח
portfolio-jumps = שינויים של שתי דרגות
portfolio-legend = מקרא
portfolio-legend-stale = הועבר קדימה: לא היה דוח באותו שבוע
portfolio-legend-down = ירידה מירוק לאדום
portfolio-legend-up = התאוששות מאדום לירוק
portfolio-hidden-title = הפרויקטים שלך
portfolio-hidden-text = צוות הביצוע לא שיתף את בריאות הפרויקטים האלה.
portfolio-page = פרויקטים { $from } עד { $to } מתוך { $count }
portfolio-page-rows = שורות { $from } עד { $to } מתוך { $count }; פרויקט מופיע בקבוצה של כל אחת מהתגיות שלו
portfolio-filter = סינון
portfolio-filter-done = סיום
portfolio-filters-set = { $count ->
    [one] מסנן פעיל
    [two] מסננים פעילים
   *[other] מסננים פעילים
}
portfolio-previous = הקודם
portfolio-next = הבא

cell-carried-over = { $health }, הועבר קדימה
cell-dropped = { $health }, ירידה מירוק
cell-recovered = { $health }, התאוששות מאדום
cell-none = אין דוחות עד שבוע זה.
cell-stale = { $count ->
    [one] אין דוח בשבוע זה; האחרון היה שבוע קודם לכן.
    [two] אין דוח בשבוע זה; האחרון היה שבועיים קודם לכן.
   *[other] אין דוח בשבוע זה; האחרון היה { $count } שבועות קודם לכן.
}
cell-open = פתיחת הדוח

login-title = כניסה
login-link-text = קישור זה מכניס אותך פעם אחת.
unencrypted-title = כניסה ב־HTTPS
unencrypted-text = הדפדפן אינו יכול לשמור על הכניסה בחיבור לא מוצפן. יש לפתוח את { $address } ולהיכנס שם.
login-failed = כתובת הדוא״ל, הסיסמה או האסימון שגויים.
login-email = כתובת דוא״ל
login-password = סיסמה
login-button = כניסה
login-token-title = כניסה עם אסימון
login-token-help = יש להשתמש באסימון API אישי. מנהל יכול ליצור אותו באמצעות
login-token = אסימון
login-token-button = כניסה עם אסימון
openid-sign-in = כניסה עם { $name }
openid-or = או
openid-continue = המשך אל { $name }
openid-leave = יציאה גם מ־{ $name }
openid-left-title = יצאת מ־Statuary
openid-title = שירותי כניסה
openid-connect = חיבור אל { $name }
openid-connect-title = חיבור החשבון
openid-connected = החשבון שלך חובר.
openid-disconnect = ניתוק
openid-invitation-text = ברוך בואך, { $name }. יש להיכנס עם החשבון של הארגון.
openid-refused-title = הכניסה לא הושלמה
openid-cancelled-text = הכניסה עם { $name } בוטלה.
openid-lost-text = הכניסה עם { $name } ארכה זמן רב מדי, או התחילה בדפדפן אחר. יש לנסות שוב.
openid-invalid-text = התשובה של { $name } אינה תקינה. יש לנסות שוב. אם זה קורה שוב, יש לפנות למנהל.
openid-away-text = אי אפשר להגיע אל { $name } כרגע. יש לנסות שוב מאוחר יותר.
openid-unknown-text = { $name } מכיר אותך, אך עדיין לא הוסיפו אותך כאן. יש לבקש ממנהל להוסיף אותך עם כתובת הדוא״ל שלך.
openid-unverified-text = { $name } לא אימת את כתובת הדוא״ל שלך. יש להיכנס בדרך אחרת ולחבר את { $name } בדף ״החשבון שלי״, או לפנות למנהל.
openid-ambiguous-text = לכמה חשבונות כאן יש כתובת הדוא״ל שלך. יש להיכנס בדרך אחרת ולחבר את { $name } בדף ״החשבון שלי״.
openid-taken-text = החשבון הזה של { $name } שייך כאן לאדם אחר, או שכבר חיברת חשבון אחר. יש לפנות למנהל.
openid-deactivated-text = הגישה שלך הושבתה. יש לפנות למנהל.
openid-last-text = זו הדרך היחידה שלך להיכנס. יש לבחור סיסמה תחילה.
factors-title = גורם אימות נוסף
factors-text = בכניסה עם סיסמה יתבקש גם קוד מיישום, או מפתח גישה.
factors-required = החשבון דורש גורם אימות נוסף.
factors-add = הוספת גורם אימות
factors-add-app = הוספת יישום
factors-add-passkey = הוספת מפתח גישה
factors-app = יישום
factors-passkey = מפתח גישה
factors-app-scan = יש לסרוק את הקוד ביישום אימות.
factors-app-type = או להזין את המפתח:
factors-name = שם המכשיר
factors-code = קוד
factors-code-help = הקוד מהיישום, או קוד שחזור.
factors-remove = הסרה
factors-last-text = החשבון דורש גורם אימות נוסף. יש להוסיף אחר לפני הסרת גורם זה.
factors-codes-title = קודי שחזור
factors-codes-text = יש לשמור את { $count } הקודים במקום בטוח. כל אחד מהם מכניס פעם אחת, אם המכשיר אבד. הם לא יוצגו שוב.
factors-codes-kept = שמרתי אותם
factors-codes-left = { $count ->
    [one] נותר קוד אחד.
    [two] נותרו שני קודים.
   *[other] נותרו { $count } קודים.
}
factors-codes-new = יצירת קודים חדשים
factors-codes-new-text = הקודים הקיימים יפסיקו לפעול.
factors-remove-title = להסיר את „{ $name }”?
factors-remove-text = לא יהיה אפשר להיכנס איתו יותר. עם הסרת הגורם האחרון יבוטלו גם קודי השחזור.
factors-reset-title = לאפס את גורמי האימות של { $name }?
factors-passkey-failed = הדפדפן לא החזיר מפתח גישה. אפשר לנסות שוב או להשתמש בקוד.
factors-ask-title = גורם אימות נוסף
factors-use-passkey = שימוש במפתח גישה
factors-failed = הקוד או מפתח הגישה אינו תקף.
factors-setup-title = הגדרת גורם אימות נוסף
factors-setup-text = החשבון דורש גורם אימות נוסף. יש לבחור יישום או מפתח גישה.
factors-too-many = אפשר להגדיר עד 10 גורמי אימות.
factors-reset = איפוס גורמי האימות
factors-reset-help = למי שהמכשיר וקודי השחזור שלו אבדו. תתבצע יציאה בכל מקום, והכניסה תהיה עם הסיסמה בלבד.
settings-requires-factor = לדרוש גורם אימות נוסף
settings-requires-factor-help = מי שנכנס עם סיסמה בלבד, גם אתם, ינותק עכשיו ויגדיר אותו בכניסה הבאה. בכניסה דרך ספק, הספק הוא שמבקש. אסימוני API ממשיכים לפעול.

setup-title = התקנת Statuary
setup-needed = יש להזין שם וכתובת דוא״ל.
setup-short = הסיסמה קצרה מדי, או ארוכה מדי (יותר מ־1,024 בתים).
setup-name = השם שלך
setup-email = כתובת הדוא״ל שלך
setup-password = סיסמה
setup-password-help = לפחות { $count } תווים.
setup-button = יצירת חשבון
setup-done-title = הכול מוכן
setup-token = זה אסימון ה־API שלך. יש להעתיק אותו עכשיו; הוא לא יוצג שוב.

invitation-title = בחירת סיסמה
invitation-text = שלום, { $name }. מעכשיו הכניסה היא עם כתובת הדוא״ל והסיסמה הזאת.
invitation-help = לפחות { $count } תווים. בכל מקום אחר תתבצע יציאה.
invitation-end-tokens = ביטול גם של אסימונים ויישומים
invitation-end-tokens-help = מבטל את האסימונים שלך ואת הגישה של יישומים מחוברים. כדאי לבחור בכך אם ייתכן שמישהו אחר מכיר את הסיסמה הישנה או אסימון.
invitation-button = שמירה וכניסה
invitation-over-text = תוקפו פג, נעשה בו שימוש, או שקישור חדש החליף אותו. יש לבקש קישור חדש ממנהל.

applications-title = יישומים מחוברים
applications-none = אין יישומים מחוברים. כל יישום מבקש קודם את הסכמתך.
back-to-application = חזרה ליישום
consent-title = לאפשר ל־{ $application } גישה לחשבון שלך?
consent-host = אחר כך תוחזר אל
consent-everything = היישום מבקש גישה מלאה.
consent-asks = היישום מבקש:
consent-then = הוא יוכל לקרוא ולשנות כל מה שבאפשרותך, בכל הפרויקטים שאתה רואה.
consent-drafts = הוא יוכל לקרוא כל מה שבאפשרותך לקרוא, בכל הפרויקטים שאתה רואה, ולהשאיר טיוטות של דוחות. הוא אינו מפרסם דבר ואינו משנה דבר אחר.
consent-unknown = יישום זה נרשם בעצמו: איש בחשבונך לא בדק אותו, ושמו הוא כפי שמסר. יש לאשר רק אם הפעלת אותו זה עתה.
consent-allow = אישור
consent-deny = דחייה
not-you = זה לא אתה?
asked-wrongly-title = בקשת הרשאה לא תקינה
asked-no-client = הפרמטר client_id חסר.
asked-no-redirect = הפרמטר redirect_uri חסר.
asked-unknown-client = אין יישום עם client_id זה.
asked-wrong-redirect = כתובת redirect_uri זו אינה רשומה ליישום.
scope-openproject = שימוש ב־API של OpenProject‏ (⁦/api/v3⁩)
scope-native = שימוש ב־API של Statuary‏ (⁦/api/statuary/v1⁩)
scope-scim = הקצאת אנשים וקבוצות (SCIM)
scope-draft = קריאת מה שניתן לך לקרוא, וכתיבת טיוטות של דוחות לבדיקתך; דבר אחר אינו נכתב
scope-kantata = שימוש ב־API של Kantata‏ (⁦/api/v1⁩)
scope-openid = לדעת מי אתה
scope-email = לראות את כתובת הדוא״ל שלך
scope-profile = לראות את שמך
scope-mcp = לפעול כעוזר שלך
scope-offline = להישאר מחובר כשאינך מקוון
another-account-title = היישום שייך לחשבון אחר
another-account-text = יש לצאת, ואז להיכנס לחשבון שרשם אותו.

used-link-title = הקישור אינו פועל עוד
used-link-text = נעשה בו שימוש, או שהשרת הופעל מחדש מאז.
unreadable-title = לא הצלחנו לקרוא את הבקשה
unreadable-letters = זה אינו UTF-8 תקין, או שאחרי % אין שתי ספרות הקסדצימליות.
unreadable-null = יש בה בית אפס.
unreadable-broken-off = היא נקטעה. יש לשלוח אותה שוב.
unreadable-form = היא אינה בתבנית הצפויה. יש לחזור, לטעון את הדף מחדש ולנסות שוב.
too-large-title = גדול מדי
too-large-text = יש לקצר ולנסות שוב.
foreign-title = תוקף הטופס פג
foreign-text = החיבור שלך הסתיים, או שאתר אחר שלח את הטופס. יש לחזור, לטעון את הדף מחדש ולנסות שוב.
forbidden-title = אין לך הרשאה
forbidden-text = יש לבקש גישה ממנהל.
not-found-title = הדף לא נמצא
not-found-text = ייתכן שנמחק, או שאין לך גישה אליו.
failure-title = משהו השתבש
failure-text = התקלה אצלנו. אסמכתה: { $id }
later-title = יש לנסות שוב מאוחר יותר
store-unavailable-text = אין גישה למסד הנתונים.
too-many-text = יותר מדי בקשות. יש לנסות שוב מאוחר יותר.
unavailable-text = השירות אינו זמין. יש לנסות שוב מאוחר יותר.
slow-body-text = הבקשה לא התקבלה בזמן.
slow-text = הבקשה נמשכה זמן רב מדי.

# טפסים ורשימות
actions = פעולות
save = שמירה
cancel = ביטול
back = חזרה
edit = עריכה
edit-named = עריכת { $name }
delete = מחיקה
delete-named = מחיקת { $name }
decimal-point = .
broken-title = יש לתקן את הדברים הבאים:
broken-blank = שדה חובה.
broken-malformed = ערך לא תקין.
broken-missing = אין אדם עם כתובת דוא״ל זו. מנהל החשבון יכול להוסיף אותו בדף האנשים.
broken-taken = כבר בשימוש.
broken-long = לכל היותר { $count } תווים.
broken-range = יש להזין מספר בין { $least } ל־{ $most }.
broken-above = יש להזין מספר גדול מ־{ $number }.
broken-too-many-tokens = כבר יש לך 200 אסימונים. יש לבטל אחד מהם קודם.
broken-readonly-default = ברירת המחדל אינה יכולה להיות לקריאה בלבד.

# מצבים
statuses-lead = המצבים של חבילות עבודה, בסדר שבו לקוחות של OpenProject רואים אותם.
statuses-lead-move = אפשר לגרור שורה, או ללחוץ Alt עם ↑ או ↓.
statuses-new = מצב חדש
statuses-edit = עריכת מצב
statuses-order = סדר
statuses-name = שם
statuses-color = צבע
statuses-color-help = צבע הקסדצימלי כגון ⁦#1098AD⁩. אפשר להשאיר ריק.
statuses-color-pick = בחירת הצבע
statuses-no-color = ללא צבע
statuses-flags = מאפיינים
statuses-done = הושלם
statuses-done-field = אחוז השלמה
statuses-closed = סגור
statuses-closed-help = העבודה הסתיימה.
statuses-default = ברירת מחדל
statuses-default-help = ניתן לחבילות עבודה חדשות. רק מצב אחד יכול להיות ברירת המחדל.
statuses-readonly = לקריאה בלבד
statuses-readonly-help = אי אפשר לערוך חבילות עבודה. אינו יכול להיות ברירת המחדל.
statuses-excluded = לא נכלל בסיכומים
statuses-excluded-help = אינו נספר בסיכומים.
statuses-up = העברת { $name } למעלה
statuses-down = העברת { $name } למטה
statuses-moved = { $name } נמצא עכשיו במקום { $place } מתוך { $count }.
statuses-none-title = אין מצבים
statuses-none-text = מנהלים יוצרים אותם כאן או דרך ה־API של OpenProject.
statuses-delete-title = למחוק את { $name }?
statuses-delete-text = אי אפשר לבטל פעולה זו. מערכות ששמרו את המזהה שלו יקבלו ״לא נמצא״.
statuses-delete-used = { $count ->
    [one] חבילת עבודה אחת נמצאת במצב זה. היא תועבר למצב אחר.
    [two] שתי חבילות עבודה נמצאות במצב זה. הן יועברו למצב אחר.
   *[other] { $count } חבילות עבודה נמצאות במצב זה. הן יועברו למצב אחר.
}
statuses-replacement = המצב החדש
statuses-move-delete = העברה ומחיקה
statuses-delete-default = אי אפשר למחוק את ברירת המחדל. יש לקבוע קודם מצב אחר כברירת מחדל.
contrast-light = על רקע בהיר
contrast-dark = על רקע כהה
contrast-enhanced = AAA לטקסט
contrast-text = AA לטקסט
contrast-shapes = לטקסט גדול
contrast-faint = חלש
keys-in-use-title = מצבי פרויקט בשימוש
keys-in-use-lead = מפתחות המצב של Kantata בפרויקטים שלך. את מצבו של פרויקט משנים בדף שלו.
keys-in-use-none = לאף פרויקט שלך אין מצב.
keys-in-use-key = מפתח
keys-in-use-active = פרויקטים
keys-in-use-archived = בארכיון

# אסימונים, חיבורים, יישומים
never = מעולם לא
unknown = לא ידוע
tokens-lead = אסימונים מאפשרים לתוכניות לפעול בשמך. נשמר רק הגיבוב של כל אחד.
tokens-name = שם
tokens-scopes = גישה
tokens-scopes-help = ללא סימון תינתן גישה מלאה. ה־API של Kantata מקבל כל אסימון.
tokens-everything = גישה מלאה
tokens-made = נוצר
tokens-ends = תפוגה
tokens-ended = פג תוקף
tokens-used = שימוש אחרון
tokens-unused = לא נעשה בו שימוש
tokens-of-application = יישום
tokens-none-title = אין עדיין אסימונים
tokens-none-text = כדאי ליצור אחד לכל תוכנית, כדי שאפשר יהיה לבטל כל אחד בנפרד.
tokens-docs = תיעוד ה־API
tokens-new = אסימון חדש
tokens-make = יצירת אסימון
tokens-last-day = תפוגה ביום
tokens-last-day-help = אפשר להשאיר ריק, ללא תפוגה.
tokens-until = נכנסת עם אסימון, ולכן תוקפו של החדש יפוג יחד עם שלך, או לפני כן:
tokens-revoke = ביטול
tokens-revoke-title = לבטל את { $name }?
tokens-revoke-text = כל מה שמשתמש בו יפסיק לפעול מיד. אי אפשר להחזיר זאת.
tokens-revoke-application = כל מה שמשתמש בו יפסיק לפעול מיד, גם האסימונים האחרים של היישום מאותה הסכמה. היישום יכול לבקש שוב.
tokens-made-title = האסימון החדש שלך
tokens-made-text = יש להעתיק את ״{ $name }״ עכשיו. הוא לא יוצג שוב.
tokens-made-ends = תוקפו יפוג:
tokens-made-lasts = אין לו תפוגה.
tokens-made-kept = סיום
sessions-title = חיבורים פעילים
sessions-lead = הדפדפנים שבהם אתה מחובר.
sessions-began = כניסה
sessions-this = החיבור הזה
sessions-end = יציאה
applications-name = יישום
applications-since = מאז
applications-end = ביטול גישה
applications-end-title = לבטל את הגישה של { $name }?
applications-end-text = הגישה והאסימונים שלו יסתיימו מיד. הוא יכול לבקש שוב.

# אנשים
people-title = אנשים
people-count = { $count ->
    [one] אדם אחד בחשבון זה
    [two] שני אנשים בחשבון זה
   *[other] { $count } אנשים בחשבון זה
}
people-name = שם
people-email = כתובת דוא״ל
people-workspaces = פרויקטים
people-nowhere = אין
people-more = עוד { $count }
pages-label = עמודים
people-administrator = מנהל
people-administrator-help = בעל גישה מלאה לחשבון זה.
people-new = הוספת אדם
people-add = הוספה
people-invite = קישור הזמנה
people-reset = איפוס סיסמה
people-deactivated = מושבת
people-deactivate = השבתה
people-activate = הפעלה
people-promote = מינוי למנהל
people-demote = הסרת הרשאות מנהל
people-last-title = החשבון זקוק למנהל
people-last-text = זה המנהל הפעיל האחרון של החשבון. יש למנות קודם מנהל אחר.
people-invited-title = קישור הזמנה עבור { $name }
people-reset-title = קישור לאיפוס סיסמה עבור { $name }
people-invited-text = יש לשלוח קישור זה ל־{ $name } בלבד. הוא מאפשר לקבוע סיסמה ופועל פעם אחת. קישורים קודמים יפסיקו לפעול. יש להעתיק אותו עכשיו; הוא לא יוצג שוב.
people-invited-until = תוקפו יפוג:
people-side = צוות
people-side-of = הצוות של { $name }
people-provider = ביצוע
people-client = לקוח
people-permission = גישה
people-permission-of = הגישה של { $name }
people-view = צופה
people-edit = עורך
people-admin = מנהל
people-you = אתה
people-sides-help = לקוחות רואים את הפרויקט אך לעולם לא את בריאותו, תהא גישתם אשר תהא.
people-none-title = אין עדיין חברים
people-none-text = מנהלים יכולים לראות את הפרויקט בכל זאת.
people-new-part = הוספת חבר
people-remove = הסרה
people-remove-title = להסיר את { $name } מ־{ $workspace }?
people-remove-text = הגישה לפרויקט תסתיים. מה שנכתב יישאר.

# פרויקט
age-less = פחות מיום
wrong-prefix = שגיאה:
crumbs = מיקום
workspace-start = התחלה
workspace-due = יעד
workspace-archived = בארכיון
workspace-health = בריאות
workspace-since = מאז
workspace-no-report = אין עדיין דוחות.
workspace-hidden = צוות הביצוע לא שיתף את בריאות הפרויקט.
workspace-no-report-first = לכתוב את הראשון.
timeline-title = ציר הזמן
timeline-from = החל מ־
timeline-table = הצגה כטבלה
moves-title = מצב
moves-from = מ־
moves-until = עד
moves-lasted = משך
moves-by = שונה על ידי
moves-now = עכשיו
move-label = שינוי ל־
move-button = שינוי המצב
move-unknown = לא ידוע
move-same = הפרויקט כבר במצב זה. יש לבחור מצב אחר.
move-none = יש לבחור מצב מהרשימה.
group-grey = טרם התחיל
group-light-green = מתחיל בקרוב
group-green = בעבודה
group-yellow = דורש תשומת לב
group-red = חסום או הופסק
group-blue = הסתיים
reports-title = דוחות
reports-at = תאריך
reports-text = דוח
reports-author = כותב
reports-all = הצגת כל { $count } הדוחות
members-manage = ניהול
members-all = הצגת הכול

# דוח
category-scope = היקף
category-budget = תקציב
category-schedule = לוח זמנים
category-client = לקוח
category-came = חדש
category-went = אינו מדווח עוד
report-of = דוח,
report-open = פתיחה
report-new = כתיבת דוח
report-others = דוחות אחרים
report-before = הקודם
report-next = הבא
report-deeds = פעולות
report-edit = עריכה
report-delete = מחיקה …
report-delete-text = הדוח וההפניות שלו יימחקו לצמיתות. היומן שומר רישום.
report-delete-button = מחיקת הדוח
then = ואז
text-same = הטקסט לא השתנה מאז הדוח הקודם.
text-edited = השינויים בטקסט
text-before = הטקסט של הדוח הקודם
origin-title = מקור
origin-author = כותב
origin-at = פורסם
origin-by = דרך
origin-token = אסימון
origin-token-ended = אסימון { $id } (נמחק)
surface-kantata = ה־API של Kantata
surface-openproject = ה־API של OpenProject
surface-command-line = שורת הפקודה או ארכיון
surface-pages = הדפים
edits-title = עריכות
edits-before = נערך לפני הייבוא:
edit-text = טקסט
references-title = רשומות חיצוניות
sync-pending = ממתין
sync-successful = סונכרן
sync-failed = נכשל
sync-last = סנכרון אחרון:

# כתיבת דוח
write-title = כתיבת דוח
write-edit-title = עריכת דוח
write-wrong = טרם פורסם:
write-edit-wrong = טרם נשמר:
write-color = מה שלום הפרויקט?
write-color-missing = יש לבחור את בריאות הפרויקט.
write-text = מה קרה, ומה הלאה?
write-text-hint = ‏Markdown:‏ **מודגש**, *נטוי*, רשימות עם -, כותרות עם #. מעברי שורה נשמרים; כתובות אינטרנט הופכות לקישורים.
write-text-missing = יש להוסיף סיכום קצר.
write-categories = קטגוריות
write-categories-hint = הועתק מהדוח האחרון. יש לעדכן את מה שהשתנה.
write-category-wrong = יש לבחור צבע לכל קטגוריה שיש בה הערה, או למחוק את ההערה.
write-no-category = לא מדווח
write-changed-tag = שונה
write-words = הערה
write-last = אחרון
write-last-title = הדוח האחרון
write-previous-title = הדוח הקודם
write-first = זה הדוח הראשון של הפרויקט.
write-preview = תצוגה מקדימה
write-preview-text = לא פורסם
write-edit-preview-text = לא נשמר
write-publish = פרסום
write-save = שמירת השינויים
write-cancel = ביטול
write-again = כבר פרסמת את הדוח. פרסום נוסף ייצור דוח שני.
write-changed = מישהו אחר ערך את הדוח. שמירה נוספת תדרוס את השינוי.
write-look = הצגת הגרסה האחרת
write-look-project = הצגת הפרויקט
draft-restored = הטיוטה שוחזרה.
draft-kept = הטיוטה נשמרה בדפדפן זה
draft-discard = מחיקת הטיוטה
saving-title = מתפרסם…
saving-text = הטופס נשלח פעמיים. הדוח יופיע תוך רגע.
write-previous = קודם

# התיק כגיליון
yes = כן
no = לא
sheet-id = מזהה הפרויקט
sheet-status-key = מפתח המצב
sheet-category-text = { $category }: הערה
sheet-notes = הערות
sheet-weeks = השבועות מ־{ $from } עד { $to }; בראש כל עמודה יום שני שלה.
sheet-carried-over = צבע בסוגריים הועבר קדימה: לא היה דוח באותו שבוע.
sheet-large-title = הקובץ יהיה גדול מדי
sheet-large-text = הגבול הוא 10,000 פרויקטים ו־32 MB של טקסט. יש להוסיף מסנן ולהוריד שוב.

# ועדת היגוי
pack-title = סיכום לוועדת ההיגוי
pack-pdf = לוועדת ההיגוי (PDF)
pack-xlsx = לוועדת ההיגוי (Excel)
pack-changes = מה השתנה השבוע
pack-what = שינויים
pack-category = קטגוריה
pack-reds = פרויקטים אדומים
pack-no-reds = אין פרויקטים אדומים.
pack-since = אדום מאז { $date }
pack-written = דוח מאת { $name }, { $date }
pack-owed = דוחות שטרם הוגשו
pack-nothing-owed = אין דוחות שטרם הוגשו.
pack-owed-past = דוחות שטרם הוגשו מוצגים רק ליום הנוכחי.
pack-page = עמוד { $number } מתוך { $count }
pack-large-title = המסמך גדול מדי
pack-large-text = המסמך מכיל לכל היותר 200 פרויקטים. יש להוסיף מסנן ולהוריד שוב.

# רמזים לדוחות
hint-no-reason = המצב הכללי { $color }, אך הטקסט אינו מסביר מדוע.
hint-category-without-reason = { $category }: { $color } ללא הערה.
hint-better-than-category = המצב הכללי טוב מזה של { $category }: { $color }.
hint-unchanged = הטקסט לא השתנה מאז { $date }.
hint-unchanged-week = הטקסט לא השתנה, שבוע { $week } (מאז { $date }).
hint-category-unchanged = ההערה על { $category } לא השתנתה מאז { $date }.
hint-category-unchanged-week = ההערה על { $category } לא השתנתה, שבוע { $week } (מאז { $date }).
hint-past-due = ירוק, אך יעד הפרויקט היה { $date }.
hints-label = רמזים
hints-blocked = לא פורסם: חשבון זה אינו מפרסם דוחות עם רמזים פתוחים.

# הגדרות
settings-title = הגדרות
settings-reports = דוחות
settings-blocks-hints = לא לפרסם דוחות עם רמזים פתוחים
settings-blocks-hints-help = הרמזים מוצגים בזמן הכתיבה, למשל לקטגוריה אדומה ללא הערה. עם הגדרה זו יש לפתור אותם לפני פרסום דוח בדפים או דרך ה־API של Statuary.

# פרויקטים: יצירה, עריכה, ארכיון
project-new = פרויקט חדש
project-create = יצירת הפרויקט
project-edit = עריכת הפרויקט
project-open = פתיחת הפרויקט
project-actions = פעולות בפרויקט
project-change-lead = החלפת המוביל
project-archive = העברה לארכיון
project-restore = שחזור
project-archived-text = הפרויקט בארכיון ואינו עוד בתיק.
project-changed = מישהו אחר שינה את הפרויקט. שמירה נוספת תדרוס את השינוי.
project-name = שם
project-description = תיאור
project-lead-help = יש להקליד שם או כתובת דוא״ל.
project-lead-invite-help = יש להקליד שם או כתובת דוא״ל. אם לאיש כאן אין כתובת זו, תישלח הזמנה.
project-lead-empty = אפשר להשאיר ריק ולהוביל את הפרויקט בעצמך.
project-access = מי יכול להצטרף
project-access-invitation = מוזמנים
project-access-open = כל אנשי החשבון
project-access-admins = אנשים שמנהלים מוסיפים
project-invited-text = { $name } מוביל עכשיו את הפרויקט.
archived-title = פרויקטים בארכיון
archived-link = ארכיון
archived-lead = פרויקטים בארכיון שומרים על הדוחות והאנשים שלהם. הם אינם בתיק.
archived-changed = שינוי אחרון
archived-none-title = אין פרויקטים בארכיון
archived-none-text = אפשר להעביר פרויקט לארכיון מהתפריט בדף שלו.
keys-create = פרויקט חדש (בתיק)
broken-lead = אדם זה אינו בצוות הביצוע של הפרויקט. יש לבקש ממנהל הפרויקט להוסיף אותו.
undo = ביטול הפעולה
copy = העתקה
copied = הועתק

# ייבוא פרויקטים
import-title = ייבוא פרויקטים
import-link = ייבוא
import-rows = שורות
import-help = יש להדביק שורות של גיליון: שם, כתובת הדוא״ל של המוביל, תאריך יעד (YYYY-MM-DD). שורת כותרת אינה חובה. לכל היותר { $count } שורות.
import-file = או לבחור קובץ CSV
import-preview = תצוגה מקדימה
import-ready = { $count ->
    [one] פרויקט אחד מוכן לייבוא
    [two] שני פרויקטים מוכנים לייבוא
   *[other] { $count } פרויקטים מוכנים לייבוא
}
import-failed = { $count ->
    [one] שורה אחת אינה ניתנת לייבוא:
    [two] שתי שורות אינן ניתנות לייבוא:
   *[other] { $count } שורות אינן ניתנות לייבוא:
}
import-row = שורה { $number }
import-no-lead = לאף אדם פעיל אין שם או כתובת דוא״ל כאלה.
import-no-day = זה אינו תאריך. יש לכתוב YYYY-MM-DD.
import-button = { $count ->
    [one] ייבוא פרויקט אחד
    [two] ייבוא שני פרויקטים
   *[other] ייבוא { $count } פרויקטים
}
import-nothing = אין עדיין שורות. יש להדביק שורות או לבחור קובץ.
import-no-text = זה אינו קובץ טקסט. יש לשמור את הגיליון כ־CSV, או להדביק את שורותיו.
import-too-many = אפשר לייבא לכל היותר { $count } שורות בבת אחת.
import-again = הטופס כבר ייבא פרויקטים. תצוגה מקדימה וייבוא נוספים ייצרו עוד.
imported-title = { $count ->
    [0] לא יובאו פרויקטים
    [one] פרויקט אחד יובא
    [two] שני פרויקטים יובאו
   *[other] { $count } פרויקטים יובאו
}
import-more = ייבוא נוסף

# גיליונות: רשומות כקובצי CSV או Excel
sheets-title = ייבוא וייצוא
sheets-help = ייבוא רשומות מקובץ CSV או מחוברת Excel (‎.xlsx). השורה הראשונה מכילה את שמות העמודות, כמו בקובץ שיוצא מכאן. הכותבים והזמנים נשמרים, אף אחד אינו מקבל התראה, וייבוא חוזר משנה רק את מה שהשתנה בקובץ. לכל היותר { $count } שורות.
sheets-records = רשומות
sheets-reports = דוחות מצב
sheets-status-changes = שינויי מצב
sheets-work-packages = חבילות עבודה
sheets-file = קובץ
sheets-mapping = מיפוי עמודות
sheets-mapping-help = לקבצים עם עמודות או ערכים אחרים: TOML עם ‎[columns]‎, ‎[values]‎ ו־‎[defaults]‎.
sheets-ready = מוכן לייבוא
sheets-done = הייבוא הסתיים
sheets-new = חדשות
sheets-changed = השתנו
sheets-unchanged = ללא שינוי
sheets-nothing-stored = שום דבר לא יובא. יש לתקן את השורות האלה ולנסות שוב.
sheets-export = ייצוא
sheets-no-records = יש לבחור מה לייבא.
sheets-no-file = יש לבחור קובץ.
sheets-large = הקובץ גדול מדי. אפשר לייבא כאן קבצים של עד 4 MB; קבצים גדולים יותר אפשר לייבא משורת הפקודה.
sheets-bad-mapping = אי אפשר להשתמש במיפוי העמודות:
sheets-bad-file = אי אפשר לקרוא את הקובץ:
sheets-much-title = יותר מדי רשומות
sheets-much-text = יש יותר רשומות ממה שייצוא כאן יכול להכיל. אפשר לייצא אותן משורת הפקודה.
sheets-empty = ריק
sheets-number = אינו מספר שלם:
sheets-color = אינו green,‏ yellow או red:
sheets-time = אינו זמן:
sheets-day = אינו תאריך:
sheets-hours = אינו מספר שעות:
sheets-name = אינו שם מוכר:
sheets-no-project = אין פרויקט כזה:
sheets-several-projects = לכמה פרויקטים יש השם הזה; יש לציין workspace_id במקומו:
sheets-no-person = אינו מתאים לאף אדם, או מתאים ליותר מאדם אחד:
sheets-color-missing = יש בו טקסט אך אין צבע
sheets-same = אותה רשומה כמו בשורה { $number }
sheets-own-parent = הוא חבילת העבודה עצמה
sheets-no-parent = אינו id של אף שורה
sheets-percent = אינו בין 0 ל־100
sheets-other = אסור:

# צעדים ראשונים
portfolio-empty-wait = פרויקטים יופיעו כאן ברגע שמישהו יוסיף אותך לאחד מהם.
project-again = הטופס כבר יצר פרויקט. יצירה נוספת תוסיף פרויקט אחר.
start-title = צעדים ראשונים
start-project = יצירת פרויקט או ייבוא פרויקטים
start-invite = הזמנת עמית
start-report = כתיבת הדוח הראשון
start-report-later = יש ליצור קודם פרויקט.
start-done = בוצע

# תיק הפרויקטים: שורות ומסננים
health-silent = { $health }, ללא דיווח
health-resting = { $health }, סגור או מושהה
portfolio-silent = ללא דיווח
portfolio-silent-help = אין דוח מהשבוע או מהשבוע שעבר, אף שצפוי דוח
portfolio-resting = סגורים או מושהים
portfolio-resting-help = אין דוח מהשבוע או מהשבוע שעבר, ולא צפוי דוח
portfolio-current-help = דווחו השבוע או בשבוע שעבר
portfolio-count-red = { $count } באדום
portfolio-count-yellow = { $count } בצהוב
portfolio-count-green = { $count } בירוק
portfolio-count-silent = { $count } ללא דיווח
portfolio-count-none = { $count } ללא דוח
portfolio-count-resting = { $count } סגורים או מושהים
portfolio-since = בריאות מאז
portfolio-since-help = מאז מתי הדוחות בצבע זה
portfolio-late = היעד עבר
portfolio-first-due = היעד הראשון: { $date }
portfolio-actions = פעולות נוספות
portfolio-filters = מסננים
portfolio-remove-filter = הסרת המסנן
portfolio-find-status = חיפוש מצב
portfolio-find-lead = חיפוש אדם
portfolio-layout = שבועות וקיבוץ
portfolio-whole = הצגת הכול
portfolio-legend-hollow = ללא דיווח, או סגור או מושהה: אין דוח מהשבוע או מהשבוע שעבר
cell-weeks = { $count ->
    [one] שבוע אחד
    [two] שבועיים
   *[other] { $count } שבועות
}
status-group-grey = טרם התחיל
status-group-light-green = מוכן להתחלה
status-group-green = בעבודה
status-group-yellow = דורש תשומת לב
status-group-red = חסום או הופסק
status-group-blue = הסתיים

# החשבון שלי
account-title = החשבון שלי
account-headline = תפקיד
account-as-browser = כמו בדפדפן
account-everywhere = השפה ואזור הזמן חלים בכל הדפדפנים שלך, חוץ מדפדפן שיש לו העדפות תצוגה משלו.
account-saved = הפרטים נשמרו.
account-password-current = הסיסמה הנוכחית
account-password-new = סיסמה חדשה
account-password-button = שינוי הסיסמה
account-password-saved = הסיסמה שונתה. בכל מקום אחר התבצעה יציאה.
sessions-device = מכשיר
sessions-on = { $browser } ב־{ $system }

# אנשים: חיפוש, הזמנות, העברת פרויקטים
people-role = תפקיד
people-last = פעילות אחרונה
people-show = הצגה
people-all = הכול
people-active = פעילים
people-member = חבר
people-invited = הוזמן
people-nobody-title = אין אנשים מתאימים
people-nobody-text = שינוי החיפוש יציג עוד.
people-deactivate-help = ההשבתה מסיימת מיד את כל החיבורים והאסימונים של האדם. הדוחות נשארים.
people-data = מידע אישי
people-data-help = כל מה שידוע על האדם הזה, בקובץ אחד. המחיקה מחליפה את השם, את הכתובת ומילים נוספות בכל מקום, ואי אפשר לבטל אותה.
people-export = הורדת המידע
people-erase = מחיקת האדם
people-erase-title = למחוק את { $name }?
people-erase-text = השם, כתובת הדוא״ל והמילים שלמטה מוחלפים בכל מקום, גם בהיסטוריה. האדם מושבת, והחיבורים, האסימונים וההרשאות שלו מסתיימים. אי אפשר לבטל זאת.
people-erase-backups = גיבויים קודמים עדיין מכילים את המידע. יש למחוק אותם, או למחוק את האדם שוב אחרי שחזור.
people-erase-words = מילים נוספות
people-erase-words-help = מילה או ביטוי בכל שורה: כינוי, מספר טלפון, אבחנה. נמצאות מילים שלמות, ללא הבדל בין אותיות גדולות לקטנות.
people-erase-confirm = יש להקליד את כתובת הדוא״ל לאישור
people-erase-too-many = אפשר למחוק לכל היותר 1,000 מילים בבת אחת.
people-erase-too-short = בכל מילה צריכות להיות לפחות שתי אותיות או ספרות.
people-erase-same = לשני מצבים או לשתי קבוצות יהיה אותו שם. יש לשנות קודם את השם של אחד מהם.
people-hand-over = העברת פרויקטים
people-hand-over-to = המוביל החדש
people-hand-over-help = המוביל החדש מקבל את כל הפרויקטים שאדם זה מוביל.
people-handed-over = { $count ->
    [one] לפרויקט אחד יש מוביל חדש.
    [two] לשני פרויקטים יש מוביל חדש.
   *[other] ל־{ $count } פרויקטים יש מוביל חדש.
}
people-handed-left = בפרויקטים אלה המוביל החדש הוא בצוות הלקוח. דבר לא השתנה:
people-many = הזמנת כמה אנשים
people-many-rows = אדם אחד בכל שורה
people-many-help = שם <כתובת דוא״ל>, או שם וכתובת דוא״ל בשתי עמודות.
people-many-button = יצירת קישורי הזמנה
people-many-title = { $count ->
    [one] אדם אחד נוסף
    [two] שני אנשים נוספו
   *[other] { $count } אנשים נוספו
}
people-many-text = יש לשלוח לכל אדם את הקישור שלו. הוא מאפשר לקבוע סיסמה ופועל פעם אחת. יש להעתיק את הקישורים עכשיו; הם לא יוצגו שוב.
people-many-nothing = יש להדביק לפחות שורה אחת.
people-many-again = הטופס כבר הוסיף אנשים. הוספה נוספת תוסיף עוד.

# אבני דרך
milestones-title = אבני דרך
milestones-none = אין עדיין אבני דרך.
milestone-add = הוספת אבן דרך
milestone-edit = עריכת אבן דרך
milestone-name = שם
milestone-due = יעד
milestone-done = הושגה ביום
milestone-done-on = הושגה ב־{ $date }
milestone-late = היעד עבר
milestone-mark = סימון כהושגה
milestone-reopen = פתיחה מחדש
milestone-slip = { $from } ← { $to },‏ { $days } ימ׳
milestone-project = פרויקט
milestone-delete = מחיקת אבן הדרך
milestone-delete-title = למחוק את אבן הדרך ״{ $name }״?
milestone-delete-text = אי אפשר לבטל פעולה זו. היומן שומר רישום.

# החלטות ומשימות
notes-title = החלטות ומשימות
notes-none = אין עדיין.
note-add = הוספת החלטה או משימה
note-kind = סוג
note-action = משימה
note-decision = החלטה
note-text = מה הוחלט, או מה יש לעשות
note-owner = אחראי
note-nobody = אף אחד
note-due = יעד (לא חובה)
note-due-on = יעד { $date }
note-done-on = בוצע ב־{ $date }
note-mark = סימון כבוצע
note-back = חזרה
note-delete-title = למחוק את ההחלטה או המשימה?
note-delete-text = אי אפשר לבטל פעולה זו. היומן שומר רישום.

# תגובות לדוחות
comments-title = תגובות
comments-earlier = { $count ->
    [one] תגובה מוקדמת אחת אינה מוצגת.
    [two] שתי תגובות מוקדמות אינן מוצגות.
   *[other] { $count } תגובות מוקדמות אינן מוצגות.
}
comment-new = הוספת תגובה
comment-text = תגובה
comment-help = ‏@ עם שם מלא או כתובת דוא״ל מאזכר עמית.
comment-send = שליחת תגובה
comment-edit = עריכת תגובה
comment-edit-link = עריכה
comment-edited = נערכה
comment-back = חזרה לדוח
comment-delete-title = למחוק את התגובה?
read-by = נקרא על ידי
read-by-nobody = אף אחד עדיין לא סימן שקרא את הדוח.
read-by-more = ועוד { $count }
read-mark = סימון כנקרא
read-undo = סימון כלא נקרא

# קישורי שיתוף
share-title = קישורי שיתוף
share-lead = מי שאין לו גישה קורא דרך קישור את הפרויקטים שלו, ורק מה שהקישור מציג. שמות של אנשים אינם מוצגים לעולם.
share-none-title = אין עדיין קישורי שיתוף
share-none-text = אפשר ליצור קישור לאנשים שאין להם גישה.
share-new = קישור שיתוף חדש
share-nothing = אפשר לשתף פרויקטים שבניהולך.
share-projects = פרויקטים
share-with = מציג
share-with-help = כותרות הפרויקטים מוצגות תמיד.
share-part-health = מצב לפי שבועות
share-part-details = קטגוריות
share-part-descriptions = טקסטים של דוחות
share-part-status = סטטוס
share-weeks = שבועות
share-last-day = היום האחרון (לא חובה)
share-password = סיסמה
share-password-optional = סיסמה (לא חובה)
share-make = יצירת הקישור
share-made = נוצר
share-ends = מסתיים
share-views = צפיות
share-end = סיום
share-end-title = לסיים את הקישור?
share-end-text = אף אחד לא יוכל לפתוח אותו עוד. אי אפשר לבטל פעולה זו.
share-made-title = קישור השיתוף שלך
share-made-text = יש להעתיק את הקישור עכשיו. הוא לא יוצג שוב.
share-badge = תג
share-badge-text = ‏Markdown לקובץ README:
shared-title = פרויקטים משותפים
shared-until = הקישור מסתיים ב־
shared-locked-title = הדף מוגן בסיסמה
shared-wrong-password = סיסמה שגויה.
shared-open = פתיחה
shared-over-title = הקישור אינו פעיל עוד
shared-over-text = הוא הסתיים. אפשר לבקש קישור חדש ממי ששלח אותו.
broken-share-number = יש לבחור 1 עד 200 פרויקטים.
broken-not-future = יש לבחור יום מאוחר יותר.

# התראות
inbox-title = תיבת דואר
inbox-unread = { $count } שלא נקראו
inbox-unread-word = שלא נקראו
inbox-all = הצגת הכול
inbox-only-unread = הצגת מה שלא נקרא
inbox-read = סימון הכול כנקרא
inbox-new = חדש
inbox-newest = החדשים ביותר
inbox-none-title = אין כאן דבר
inbox-none-text = כאן מופיעים דוחות ותגובות של פרויקטים במעקב שלך.
notifications-title = התראות
notifications-text = הכול נמצא בתיבה. אפשר לבחור מה יגיע גם בדוא״ל.
notifications-email = בדוא״ל
notify-due-at = מועד: { $at } ({ $zone })
notify-report-due = מועד הדוח שלך מתקרב
notify-report-overdue = דוח באיחור
notify-report-requested = התבקש ממך דוח
notify-report-published = פורסם דוח
notify-health-worsened = המצב הורע
notify-comment = תגובה חדשה
notify-mention = הזכירו אותך
notify-weekly-digest = סיכום שבועי
notifications-no-mail = הכול נמצא בתיבה. השרת אינו שולח דוא״ל כרגע; הבחירה תחול כשיתחיל לשלוח.
mail-why = הודעה זו נשלחה בהתאם להגדרות ההתראות שלך.
mail-stop = הפסקת הודעות מסוג זה
mail-choose = כל ההגדרות
mail-ignore = אם לא ציפית להודעה זו, אפשר להתעלם ממנה.
mail-open-report = פתיחת הדוח
mail-open-comment = פתיחת התגובה
mail-owed = דוחות לכתיבה
mail-due = מועד: { $at }
mail-invitation = הזמנה ל־Statuary
mail-invitation-text = נוספת ל־Statuary
mail-reset = בחירת סיסמה חדשה ל־Statuary
mail-reset-text = התבקשה סיסמה חדשה עבור כתובת זו
mail-link-once = בעזרת קישור זה אפשר לבחור סיסמה. הוא פועל פעם אחת, ותוקפו שבעה ימים. קישורים קודמים אינם פועלים עוד.
mail-choose-password = בחירת סיסמה
unsubscribe-title = להפסיק את ההודעות האלה?
unsubscribe-text = לא יישלחו אליך עוד הודעות דוא״ל מסוג זה. הכול יישאר בתיבה שלך ב־Statuary.
unsubscribe-button = הפסקת ההודעות
unsubscribe-done-title = ההודעות הופסקו
unsubscribe-done-text = לא יישלחו אליך עוד הודעות דוא״ל מסוג זה. אפשר לשנות זאת בהגדרות ההתראות.
unsubscribe-over-title = הקישור אינו פועל עוד
unsubscribe-over-text = אפשר להיכנס ולשנות את הגדרות ההתראות.
forgotten-link = שכחת את הסיסמה?
forgotten-title = בחירת סיסמה חדשה
forgotten-text = יש להזין כתובת דוא״ל. קישור יישלח אליה.
forgotten-button = שליחת קישור
forgotten-done-title = יש לבדוק את תיבת הדוא״ל
forgotten-done-text = אם הכתובת מוכרת כאן, קישור בדרך אליה. זה עשוי לקחת כמה דקות. בחמש דקות נשלח לכל היותר קישור אחד.
people-invited-mailed = הוא נשלח גם בדוא״ל.
watch-start = מעקב
watch-stop = הפסקת מעקב

# ישיבה
meeting-title = ישיבה
meeting-leave = יציאה מהישיבה
meeting-position = { $number } מתוך { $count }
meeting-previous = הקודם
meeting-next = הבא
meeting-first = חזרה לפרויקטים
meeting-end = סיום
meeting-summary = סיכום הישיבה
meeting-since = הדוח האחרון, ומה השתנה
meeting-notes = הוחלט היום
meeting-count = { $count ->
    [one] פרויקט אחד
    [two] שני פרויקטים
   *[other] { $count } פרויקטים
}

# דוחות: עריכות ומקור
report-edited = נערך
edit-words = לפני ואחרי
edit-deleted = נמחק
edit-restored = שוחזר
move-reason = סיבה (לא חובה)
moves-reason = סיבה
surface-native = ה־API של Statuary
surface-agents = סוכנים (MCP)

# תבניות לדוחות
templates-title = תבניות לדוחות
templates-lead = תבנית נותנת לדוחות את חלקיהם. הכותבים בוחרים בה בטופס.
templates-new = תבנית חדשה
templates-edit = עריכת תבנית
templates-none-title = אין תבניות לדוחות
templates-none-text = אפשר ליצור תבנית עם החלקים שצריכים להיות בכל דוח, כגון ״בוצע״, ״הצעדים הבאים״ ו״סיכונים״.
templates-name = שם
templates-default = ברירת מחדל
templates-is-default = ברירת מחדל
templates-is-default-help = דוחות חדשים מתחילים עם חלקים אלה.
templates-sections = חלקים
templates-sections-help = כל חלק הופך לכותרת בטקסט של הדוח. הרמז מוצג ליד הטקסט, לא בתוכו. חלק ללא תוכן מושמט בפרסום. כדי להסיר חלק, יש לנקות את הכותרת ואת הרמז שלו.
templates-heading = הכותרת של חלק { $number }
templates-heading-field = כותרת
templates-hint = הרמז לחלק { $number }
templates-hint-field = רמז לכותבים (לא חובה)
templates-up = העברת חלק { $number } למעלה
templates-more = הוספת חלק
templates-delete = מחיקת התבנית
templates-delete-title = למחוק את התבנית ״{ $name }״?
templates-delete-text = דוחות שנכתבו בעזרתה יישארו כפי שהם. אי אפשר לבטל פעולה זו.
templates-too-many = לחשבון יש לכל היותר 20 תבניות לדוחות.
templates-count = בתבנית יש בין חלק אחד ל־12 חלקים.
templates-heading-long = בכותרת יש לכל היותר 80 תווים.
templates-heading-line = כותרת היא שורה אחת.
templates-heading-blank = לחלק שיש בו רמז צריכה להיות כותרת.
templates-heading-same = כל כותרת מופיעה פעם אחת.
templates-hint-long = ברמז יש לכל היותר 500 תווים.
write-template = תבנית
write-template-none = ללא
write-template-insert = הוספת החלקים
write-template-hints = מה כותבים בכל חלק

# הדפים כפי שהיו ביום מסוים
past-banner = כפי שהיה ב־{ $date }
past-back = חזרה להיום
past-label = כפי שהיה ביום
past-help = מציג את הפרויקטים, המצבים והדוחות של אותו יום, לקריאה בלבד.
past-show = הצגת היום הזה
report-deleted = דוח זה נמחק ב־
report-restore = שחזור הדוח
reports-deleted = דוחות שנמחקו ({ $count })

# מה השתנה
changes-menu = שינויים
changes-title = מה השתנה
changes-span = { $from } עד { $to }
changes-compared = { $count ->
    [one] פרויקט אחד הושווה
    [two] שני פרויקטים הושוו
   *[other] { $count } פרויקטים הושוו
}
changes-from = מ־
changes-to = עד
changes-show = הצגה
changes-since-monday = מאז יום שני
changes-7-days = 7 הימים האחרונים
changes-14-days = 14 הימים האחרונים
changes-month = החודש האחרון
changes-invalid = יש להזין תאריכים כגון 2026-11-14.
changes-order = היום הראשון צריך להיות לפני האחרון, ואף אחד מהם לא יכול להיות בעתיד.
changes-worse = הורעו
changes-better = השתפרו
changes-silent = הפסיקו לדווח
changes-new = חדשים
changes-moved = המצב שונה
changes-due = היעד הוזז
changes-lead = המוביל הוחלף
changes-archived = הועברו לארכיון
changes-last-report = הדוח האחרון { $date } קודם לכן
changes-no-date = אין יעד
changes-later = { $count ->
    [one] יום אחד מאוחר יותר
    [two] יומיים מאוחר יותר
   *[other] { $count } ימים מאוחר יותר
}
changes-earlier = { $count ->
    [one] יום אחד מוקדם יותר
    [two] יומיים מוקדם יותר
   *[other] { $count } ימים מוקדם יותר
}
changes-none = דבר לא השתנה
changes-none-help = יש לבחור תקופה ארוכה יותר.
changes-more = { $count ->
    [one] פרויקט אחד נוסף השתנה.
    [two] שני פרויקטים נוספים השתנו.
   *[other] { $count } פרויקטים נוספים השתנו.
}
changes-link = קישור לדף זה
changes-link-help = הוא מציג את אותם שינויים בכל עת, למי שרואה פרויקטים אלה.

# לוח העבודה
calendar-title = לוח ימי העבודה
calendar-help = הזמן במצב סופר שעות אלה כזמן עבודה.
calendar-days = ימי עבודה
calendar-from = תחילת העבודה
calendar-to = סוף העבודה
calendar-holidays = ימי חופשה
calendar-holidays-help = תאריך אחד בכל שורה, למשל 2026-12-25.
calendar-not-a-date = שורה { $line } אינה תאריך. יש להזין תאריכים כגון 2026-12-25.
calendar-saved = לוח ימי העבודה נשמר
broken-not-later = צריך להיות אחרי ההתחלה
broken-holidays = לכל היותר 1000 ימי חופשה
monday = יום שני
tuesday = יום שלישי
wednesday = יום רביעי
thursday = יום חמישי
friday = יום שישי
saturday = שבת
sunday = יום ראשון

# Work packages
work-title = חבילות עבודה
work-all = כל ה־{ $count }
work-count = { $count ->
    [one] חבילת עבודה אחת
    [two] שתי חבילות עבודה
   *[other] { $count } חבילות עבודה
}
percent = {"\u2066"}{ $count }%{"\u2069"}
work-done = עבודה שבוצעה
work-done-of = { $done } מתוך { $work } שעות
work-time = זמן שחלף
work-time-of = { $from } עד { $to }
work-open = פתוחות
work-of = מתוך { $count }
work-overdue = באיחור
work-unchanged = ללא שינוי 3 שבועות
work-unchanged-tag = ללא שינוי
work-by-status = עבודה פתוחה לפי מצב
work-rule-title = איך המספרים האלה מחושבים
work-rule = עבודה שבוצעה: חלק השעות המוערכות שכבר לא נותרו, בלי מצבים שאינם נכללים בסיכומים. זמן שחלף: חלק הימים מתאריך ההתחלה עד תאריך היעד. באיחור: פתוחה אחרי תאריך היעד. ללא שינוי: חבילה שהחלה ולא נסגרה, בלי שינוי ובלי תגובה במשך 3 שבועות; חבילה החלה כשאינה עוד במצב ברירת המחדל.
work-line-done = עבודה ⁦{"\u2066"}{ $percent }%{"\u2069"}⁩
work-line-time = זמן ⁦{"\u2066"}{ $percent }%{"\u2069"}⁩
work-line-overdue = { $count } באיחור
work-line-unchanged = { $count } ללא שינוי
work-hours = { $hours } שע׳
work-subject = נושא
work-description = תיאור
work-status = מצב
work-type = סוג
work-priority = עדיפות
work-assignee = מבצע
work-responsible = אחראי
work-author = יוצר
work-parent = חבילת אב
work-start = התחלה
work-due = יעד
work-hours-title = עבודה
work-remaining = עבודה שנותרה
work-percent = אחוז השלמה
work-changed = שינוי אחרון
work-show = הצגה
work-show-all = הכול
work-status-open = פתוחות
work-status-closed = סגורות
work-status-all = פתוחות וסגורות
work-assignee-any = כולם
work-assignee-none = אף אחד
work-none-title = אין חבילות עבודה
work-none-text = אפשר לשנות את הסינון כדי לראות עוד.
work-children = חבילות עבודה מתחת
work-more = { $count ->
    [one] עוד אחת
    [two] עוד שתיים
   *[other] עוד { $count }
}
work-history = היסטוריה
work-created = נוצרה
work-nothing = כלום
work-rewritten = שונה
work-move = שינוי ל־
work-move-none = יש לבחור מצב מן הרשימה.
work-changed-meanwhile = מישהו אחר שינה את חבילת העבודה הזאת. המצב הנוכחי מופיע למעלה.
work-readonly = מצב זה הוא לקריאה בלבד. אפשר לשנות רק את המצב.
work-facts = פרטים

# טבלת מפתחות הסטטוס.
status-key-active = פעיל
status-key-alert = התרעה
status-key-approved = מאושר
status-key-at-risk = בסיכון
status-key-backlog = רשימת המתנה
status-key-bid-stage = שלב הצעה
status-key-blocked = חסום
status-key-cancelled = בוטל
status-key-cancelled-change-order = בוטל – שינוי הזמנה
status-key-cancelled-confirmed = ביטול מאושר
status-key-closed = סגור
status-key-completed = הושלם
status-key-concern = מעורר דאגה
status-key-confirmed = אושר סופית
status-key-contingent = מותנה
status-key-delivered = נמסר
status-key-done = בוצע
status-key-estimate = אומדן
status-key-in-development = בפיתוח
status-key-in-planning = בתכנון
status-key-in-progress = בביצוע
status-key-in-setup = בהקמה
status-key-in-testing = בבדיקות
status-key-inactive = לא פעיל
status-key-issue = בעיה
status-key-keep-watch = במעקב
status-key-late = באיחור
status-key-late-payment = איחור בתשלום
status-key-live = באוויר
status-key-needs-review = דורש סקירה
status-key-not-started = טרם התחיל
status-key-okay-to-start = אפשר להתחיל
status-key-on-hold = מושהה
status-key-on-track = במסלול
status-key-over-budget = חריגה מהתקציב
status-key-past-due = עבר המועד
status-key-pending = ממתין
status-key-pending-approval = ממתין לאישור
status-key-pipeline = צבר הזדמנויות
status-key-priority = בעדיפות
status-key-proposed = מוצע
status-key-prospect = לקוח פוטנציאלי
status-key-quality-control = בקרת איכות
status-key-ready = מוכן
status-key-ready-for-testing = מוכן לבדיקות
status-key-rejected = נדחה
status-key-requires-feedback = דורש משוב
status-key-requires-follow-up = דורש המשך טיפול
status-key-requires-research = דורש בירור
status-key-scheduled = מתוזמן
status-key-shipped = נשלח
status-key-smart-start = התחלה חכמה
status-key-started = התחיל
status-key-submitted = הוגש
status-key-suspended = מושעה
status-key-tech-setup = הקמה טכנית
status-key-terminated = הופסק
status-key-uat = בדיקות קבלה

# שולחן הדיווח: מי חייב איזה דוח.
agent-drafts-title = טיוטות של סוכנים
agent-drafts-one = טיוטה של סוכן
agent-drafts-text = דוחות שסוכנים ניסחו. הם ממתינים עד שמישהו יפרסם או ימחק אותם.
agent-drafts-by = נוסח בידי { $agent } עבור { $name }
agent-drafts-count = { $count }
agent-drafts-agent = סוכן
agent-drafts-for = בשם
agent-drafts-none-title = אין טיוטות
agent-drafts-none-text = סוכן שהאסימון שלו מוגבל ל־”draft“ יכול להשאיר כאן טיוטות.
agent-drafts-check = סוכן כתב את הטקסט הזה. יש לבדוק אותו מול המקורות: המפרסם הוא הכותב.
agent-drafts-sources = המשפטים ומקורותיהם
agent-drafts-changed = שונה מאז
agent-drafts-published = פורסם
agent-drafts-discarded = הטיוטה נמחקה
agent-drafts-report = הצגת הדוח
agent-drafts-drafted = נוסח בידי
source-workspace = פרויקט { $id }
source-report = דוח { $id }
source-work-package = חבילת עבודה { $id }
source-status-change = שינוי סטטוס { $id }
source-milestone = אבן דרך { $id }
source-note = הערה { $id }
source-comment = תגובה { $id }
desk-title = מעקב דיווח
desk-text = מי צריך לכתוב איזה דוח. דוחות באיחור מופיעים ראשונים.
desk-state = דוח
desk-up-to-date = מעודכן
desk-due = לדיווח
desk-overdue = באיחור
desk-paused = מושהה
desk-exempt = לא נדרש
desk-all = הכול
desk-owner = אחריות
desk-everybody = כולם
desk-due-at = מועד
desk-on-time = בזמן
desk-in-time = { $number } מתוך { $count }
desk-since = לפני { $age }
desk-select = בחירה
desk-more = עוד
desk-write = כתיבה
desk-ask = בקשת דוח
desk-message = הודעה (רשות)
desk-ask-selected = בקשת דוחות לפרויקטים שנבחרו
desk-requested = התבקש על ידי { $name }, { $age }
desk-asked =
    { $asked ->
        [one] התבקש דוח אחד.
        [two] התבקשו שני דוחות.
       *[other] התבקשו { $asked } דוחות.
    } { $open ->
        [one] דוח אחד כבר התבקש קודם.
        [two] שני דוחות כבר התבקשו קודם.
        [0] {""}
       *[other] { $open } כבר התבקשו קודם.
    }
desk-nobody-title = אין פרויקטים
desk-nobody-text = אין פרויקטים שאת או אתה רואים את הדיווח עליהם.
desk-nothing-title = אין פרויקטים מתאימים

mine-title = הדוחות שלי
mine-count =
    { $count ->
        [one] נותר דוח אחד לכתיבה.
        [two] נותרו שני דוחות לכתיבה, הישן ביותר ראשון.
       *[other] נותרו { $count } דוחות לכתיבה, הישן ביותר ראשון.
    }
mine-start = התחלה מהראשון
mine-progress = { $number } מתוך { $count }
mine-publish-next = פרסום והבא
mine-skip = דילוג
mine-done =
    { $count ->
        [one] פורסם דוח אחד.
        [two] פורסמו שני דוחות.
       *[other] פורסמו { $count } דוחות.
    }
mine-nothing-title = כל הדוחות נכתבו
mine-nothing-text = אין כרגע דוחות שממתינים לכתיבה.
mine-asked = התבקש על ידי

# תדירות הדיווח.
cadence-title = תדירות דיווח
cadence-account-title = תדירות ברירת המחדל
cadence-help = באיזו תדירות מדווחים על הפרויקט. שינויים חלים מעתה; דוחות שהוחמצו נשארים חסרים.
cadence-account-help = באיזו תדירות מדווחים על פרויקטים בלי תדירות משלהם.
cadence-every = תדירות
cadence-none = אף פעם
cadence-usual = תדירות ברירת המחדל
cadence-week = כל שבוע
cadence-two-weeks = כל שבועיים
cadence-month = כל חודש
cadence-on = יום
cadence-weekday = יום בשבוע
cadence-day = יום בחודש, לדוחות חודשיים
cadence-at = שעה
cadence-grace = ארכה בשעות
cadence-grace-help = דוח שהוחמץ נחשב באיחור אחרי הזמן הזה.
cadence-owner = מי כותב את הדוחות
cadence-lead = מוביל הפרויקט
cadence-paused = מושהה עד
cadence-starting = היום הראשון
cadence-days-help = שני הימים הם רשות. מהיום שבשדה ״מושהה עד״ הדוחות נספרים שוב. דבר אינו לדיווח לפני היום הראשון; שבועיים נספרים מהשבוע שלו.

# Webhooks.
webhooks-title = ‏Webhooks
webhooks-menu = { $count } מושבתים
webhooks-lead = ‏Statuary שולחת את מה שקורה לכתובות אלה: לתוכנות או לצ׳אט.
webhooks-new = ‏Webhook חדש
webhooks-edit = עריכת Webhook
webhooks-make = יצירת Webhook
webhooks-none-title = עדיין אין Webhooks
webhooks-none-text = אפשר ליצור אחד כדי לשלוח דוחות לצ׳אט או אירועים לתוכנה.
webhooks-name = ‏Webhook
webhooks-format = תבנית
webhooks-format-help = ‏Standard Webhooks ו־CloudEvents מיועדות לתוכנות. האחרות הן הודעות לאנשים בצ׳אט.
webhooks-url = כתובת
webhooks-url-hidden = כתובת של צ׳אט היא מפתח גישה, ולכן מוצג רק שם המארח. כדי לשמור אותה אין לשנות את השדה.
webhooks-description = תיאור (לא חובה)
webhooks-types = אירועים
webhooks-types-help = בלי סימון נשלח כל מה שקורה.
webhooks-types-more = סוגים נוספים, אחד בכל שורה (לא חובה)
webhooks-type-reports = דוחות מצב
webhooks-type-moves = שינויי סטטוס
webhooks-type-comments = תגובות
webhooks-type-milestones = אבני דרך
webhooks-type-projects = פרויקטים
webhooks-projects = פרויקטים
webhooks-projects-help = בלי סימון נשלחים האירועים של כל הפרויקטים, וגם אלה שאינם שייכים לפרויקט.
webhooks-all = הכול
webhooks-state = מצב
webhooks-enabled = פעיל
webhooks-disabled = מושבת
webhooks-unsigned = הוא הגיע מארכיון, ובארכיון אין סודות. חידוש הסוד יפעיל אותו.
webhooks-gone = הנמען השיב שאינו קיים עוד, ו־Statuary השביתה את ה־Webhook.
webhooks-failing = כל המשלוחים נכשלו במשך חמישה ימים, ו־Statuary השביתה את ה־Webhook.
webhooks-last = תוצאה אחרונה
webhooks-nothing-sent = עדיין לא נשלח דבר
webhooks-accepted = התקבל ({ $status })
webhooks-redirected = הופנה ({ $status }); הפניות אינן נעקבות
webhooks-answered = נדחה ({ $status })
webhooks-private = הכתובת נמצאת במחשב הזה או ברשת פרטית
webhooks-timeout = אין תשובה בתוך 15 שניות
webhooks-unreachable = לא ניתן להתחבר
webhooks-secret-title = הסוד של ה־Webhook
webhooks-secret-text = יש להעתיק את הסוד עכשיו. הוא לא יוצג שוב.
webhooks-secret-new = נמענים בודקים בעזרתו את החתימות של המשלוחים. צ׳אט אינו זקוק לו.
webhooks-secret-old = במשך 24 שעות המשלוחים נחתמים גם בסוד הקודם.
webhooks-rotate = חידוש הסוד
webhooks-rotate-title = לחדש את הסוד?
webhooks-rotate-text = הנמען זקוק לסוד החדש בתוך 24 שעות.
webhooks-delete = מחיקת ה־Webhook
webhooks-delete-title = למחוק את ה־Webhook „{ $name }”?
webhooks-delete-text = גם המשלוחים שלו יימחקו. אי אפשר לבטל זאת.
webhooks-deeds = פעולות
webhooks-test = שליחת בדיקה
webhooks-tested = בדיקה בדרך. טעינה מחדש של הדף תציג את תוצאתה.
webhooks-enable = הפעלה
webhooks-enable-help = המשלוחים ימשיכו מהאירוע הבא. „שליחה חוזרת” תביא אירועים קודמים.
webhooks-leave = להשאיר מושבת
webhooks-disable = השבתה
webhooks-deliveries = משלוחים
webhooks-pending = ממתין
webhooks-succeeded = נמסר
webhooks-failed = נכשל
webhooks-no-deliveries-title = אין משלוחים
webhooks-no-deliveries-text = משלוחים נשמרים 30 יום.
webhooks-next = הניסיון הבא
webhooks-retry = ניסיון חוזר
webhooks-retried = המשלוח שוב בדרך.
webhooks-attempts =
    { $count ->
        [one] ניסיון אחד
        [two] שני ניסיונות
       *[other] { $count } ניסיונות
    }
webhooks-milliseconds = { $count } אלפיות שנייה
webhooks-replay = שליחה חוזרת
webhooks-replay-help = אירועים לפי מספריהם ביומן, לכל היותר 10,000. המזהים שלהם נשמרים, כך שהנמען יכול לדלג על מה שכבר קיבל.
webhooks-after = אחרי מספר
webhooks-until = עד מספר
webhooks-replayed =
    { $count ->
        [0] אין במספרים אלה אירוע שמיועד ל־Webhook הזה.
        [one] אירוע אחד נשלח שוב.
        [two] שני אירועים נשלחים שוב.
       *[other] { $count } אירועים נשלחים שוב.
    }
webhooks-not-a-url = יש להזין כתובת שמתחילה ב־https:// או ב־http://, בלי משתמש, סיסמה ומקטע.
webhooks-private-url = הכתובת נמצאת במחשב הזה או ברשת פרטית. מפעיל השרת צריך לאפשר זאת.
webhooks-too-many = לחשבון יש לכל היותר 10,000 Webhooks.
webhooks-count = אפשר לבחור לכל היותר 200.
webhooks-unknown-type = אחד הסוגים אינו מוכר. סוגים נכתבים בצורה subject.kind, ו־* מציין הכול.
webhooks-is-disabled = ה־Webhook מושבת.
webhooks-long-replay = אפשר לשלוח שוב לכל היותר 10,000 אירועים בבת אחת.

# תגיות ושדות משלכם
broken-line = אפשר לכתוב שורה אחת בלבד.
labels-title = תגיות ושדות
labels-tag = תגית
labels-tags = תגיות
labels-tags-help = יש להפריד בין תגיות בפסיקים, למשל: לקוח מפתח, 2026
labels-known = בשימוש:
labels-none = אין עדיין תגיות.
labels-too-many = לפרויקט יש לכל היותר 20 תגיות.
labels-tag-line = תגית היא שורה אחת ללא פסיקים.
labels-tag-same = כל תגית מופיעה פעם אחת.
portfolio-find-tag = חיפוש תגית
portfolio-no-tag = ללא תגית
portfolio-no-value = ללא ערך
fields-title = שדות מותאמים
fields-lead = מה שחשוב לדעת על כל פרויקט, כגון הלקוח או האזור. אפשר לסנן ולקבץ פרויקטים לפיו.
fields-new = שדה חדש
fields-edit = עריכת שדה
fields-none-title = אין שדות מותאמים
fields-none-text = אפשר ליצור שדה, כגון ״לקוח״ עם טקסט חופשי או ״אזור״ עם רשימת ערכים.
fields-name = שם
fields-type = סוג
fields-type-text = טקסט
fields-type-choice = בחירה
fields-choices = ערכים לבחירה
fields-choices-help = ערך אחד בכל שורה, לשדות מסוג ״בחירה״.
fields-position = מיקום
fields-delete = מחיקת השדה
fields-delete-title = למחוק את השדה ״{ $name }״?
fields-delete-text = ערכיו לא יוצגו עוד בפרויקטים. אי אפשר לבטל פעולה זו.
fields-too-many = לחשבון יש לכל היותר 20 שדות מותאמים.
fields-choices-count = בשדה מסוג ״בחירה״ יש בין ערך אחד ל־50 ערכים.
fields-choices-same = כל ערך מופיע פעם אחת.

# תצוגות שמורות
views-title = תצוגות
views-one = תצוגה
views-own = התצוגות שלי
views-others = תצוגות משותפות
views-save = שמירת התצוגה הזאת
views-manage = ניהול תצוגות
views-edit = עריכת תצוגה
views-lead = מסננים, קבוצות וסדר של תיק הפרויקטים תחת שם אחד.
views-none-title = אין תצוגות שמורות
views-none-text = יש לסנן את תיק הפרויקטים ואז לבחור ״תצוגות״ ו״שמירת התצוגה הזאת״.
views-name = שם
views-owner = של
views-filters = מסננים
views-shared = שיתוף עם כל מי שבצד הספק
views-shared-help = כל אחד רואה רק את הפרויקטים שיש לו גישה אליהם.
views-shared-tag = משותפת
views-start = דף הבית
views-start-help = הכניסה מובילה לכאן.
views-start-tag = דף הבית
views-delete = מחיקת התצוגה
views-delete-title = למחוק את התצוגה ״{ $name }״?
views-delete-own = הפרויקטים יישארו כפי שהם.
views-delete-shared = היא תיעלם אצל כולם. הפרויקטים יישארו כפי שהם.
views-too-many = אפשר לשמור לכל היותר 50 תצוגות.
views-too-many-shared = לחשבון יש לכל היותר 500 תצוגות משותפות.
views-all = כל הפרויקטים
views-pinned = תצוגות מוצמדות
views-pinned-tag = מוצמדת
views-pin = הצמדת התצוגה הזאת
views-unpin = ביטול ההצמדה של התצוגה הזאת
views-pin-short = הצמדה
views-unpin-short = ביטול הצמדה
views-pin-named = הצמדת { $name }
views-unpin-named = ביטול ההצמדה של { $name }
views-too-many-pins = אפשר להצמיד לכל היותר 8 תצוגות. יש לבטל קודם הצמדה אחת.
views-unknown = אי אפשר לשמור את המסננים האלה. יש לפתוח את תיק הפרויקטים ולנסות שוב.

# תוכניות
programmes-title = תוכניות
programmes-one = תוכנית
programmes-lead = פרויקטים שהבריאות שלהם מסוכמת לצבע אחד לפי כלל.
programmes-new = תוכנית חדשה
programmes-edit = עריכת תוכנית
programmes-none-title = אין תוכניות
programmes-none-text = מנהלי המערכת יכולים ליצור תוכנית מפרויקטים ששייכים יחד.
programmes-empty-title = אין פרויקטים
programmes-empty-text = יש לערוך את התוכנית כדי לבחור את הפרויקטים שלה.
programmes-name = שם
programmes-description = תיאור
programmes-no-color = ללא צבע
programmes-inputs = הפרויקטים של התוכנית
programmes-left-out = לא נספר
programmes-resting = מושהה או מבוטל
programmes-unreported = מעולם לא דווח
programmes-finished = הסתיים
programmes-archived = בארכיון
programmes-count-resting = { $count } מושהים או מבוטלים
programmes-count-finished = { $count } הסתיימו
programmes-count-archived = { $count } בארכיון
programmes-hidden = { $count ->
    [one] ועוד פרויקט אחד שאין לך גישה אליו
    [two] ועוד שני פרויקטים שאין לך גישה אליהם
   *[other] ועוד { $count } פרויקטים שאין לך גישה אליהם
}
programmes-hidden-text = { $count ->
    [one] לתוכנית שייך עוד פרויקט אחד שאין לך גישה אליו, והוא לא נכלל בצבע שמוצג כאן.
    [two] לתוכנית שייכים עוד שני פרויקטים שאין לך גישה אליהם, והם לא נכללים בצבע שמוצג כאן.
   *[other] לתוכנית שייכים עוד { $count } פרויקטים שאין לך גישה אליהם, והם לא נכללים בצבע שמוצג כאן.
}
programmes-rule = כלל
programmes-rule-help = נספרים פרויקטים שדווחו השבוע או בשבוע שעבר ואינם גמורים ואינם בארכיון.
programmes-rule-worst = הצבע הגרוע ביותר של פרויקט
programmes-rule-weighted = ציון ממוצע לפי משקל
programmes-rule-threshold = מספר הפרויקטים באדום ובצהוב
programmes-weighted-help = ירוק שווה 100, צהוב 50 ואדום 0. את משקלי הפרויקטים קובעים למטה.
programmes-red-below = אדום מתחת ל־ (%)
programmes-yellow-below = צהוב מתחת ל־ (%)
programmes-red-least = אדום החל ממספר כזה באדום
programmes-yellow-least = צהוב החל ממספר כזה בצהוב או באדום
programmes-unit = יחידה
programmes-unit-count = פרויקטים
programmes-unit-percent = % מהפרויקטים
programmes-rule-worst-text = לתוכנית הצבע הגרוע ביותר של הפרויקטים שלה.
programmes-rule-weighted-text = ציון ממוצע לפי משקל, שבו ירוק שווה 100, צהוב 50 ואדום 0: אדום מתחת ל־{"\u2066"}{ $red }%{"\u2069"}, צהוב מתחת ל־{"\u2066"}{ $yellow }%{"\u2069"}.
programmes-rule-threshold-text = אדום אם { $red }, אחרת צהוב אם { $yellow }.
programmes-red-count = { $count ->
    [one] לפחות פרויקט אחד באדום
    [two] לפחות שני פרויקטים באדום
   *[other] לפחות { $count } פרויקטים באדום
}
programmes-red-percent = לפחות {"\u2066"}{ $count }%{"\u2069"} מהפרויקטים באדום
programmes-yellow-count = { $count ->
    [one] לפחות פרויקט אחד בצהוב או באדום
    [two] לפחות שני פרויקטים בצהוב או באדום
   *[other] לפחות { $count } פרויקטים בצהוב או באדום
}
programmes-yellow-percent = לפחות {"\u2066"}{ $count }%{"\u2069"} מהפרויקטים בצהוב או באדום
programmes-score = הציון הוא {"\u2066"}{ $count }%{"\u2069"}.
programmes-turns-red = { $count ->
    [one] תהפוך לאדומה בשינוי הזה
    [two] תהפוך לאדומה בשני השינויים האלה
   *[other] תהפוך לאדומה ב־{ $count } השינויים האלה
}
programmes-turns-yellow = { $count ->
    [one] תהפוך לצהובה בשינוי הזה
    [two] תהפוך לצהובה בשני השינויים האלה
   *[other] תהפוך לצהובה ב־{ $count } השינויים האלה
}
programmes-turns-green = { $count ->
    [one] תהפוך לירוקה בשינוי הזה
    [two] תהפוך לירוקה בשני השינויים האלה
   *[other] תהפוך לירוקה ב־{ $count } השינויים האלה
}
programmes-weight = משקל
programmes-weight-of = המשקל של { $title }
programmes-members-help = משקלים מ־1 עד 10 משפיעים רק על הציון הממוצע.
programmes-delete-title = למחוק את התוכנית ״{ $name }״?
programmes-delete-text = הפרויקטים שלה יישארו כפי שהם. אי אפשר לבטל פעולה זו.
programmes-too-many = לחשבון יש לכל היותר 100 תוכניות.
programmes-members-count = בתוכנית יש לכל היותר 500 פרויקטים.
programmes-weight-range = משקל הוא מספר שלם מ־1 עד 10.
programmes-rule-bounds = כמויות הן מ־1 עד 500, אחוזים מ־0 עד 100.
programmes-rule-limits = הגבול של צהוב לא יכול להיות נמוך מזה של אדום.
find-project = חיפוש פרויקט
