"""How notices write deadlines: a table of patterns on the even key of a sentence, the first that fits wins."""

import re

DAY = (
    r"(?:ngày )?(?:(?P<d>\d{1,2}) ?[/.-] ?(?P<m>\d{1,2})(?: ?[/.-] ?(?P<y>\d{4}|\d{2})| năm (?P<y1>\d{4}))?"
    r"|(?P<d2>\d{1,2}) tháng (?P<m2>\d{1,2})(?:(?: năm |,? ?[/-]? ?)(?P<y2>\d{4}))?)(?![\d/])(?! ?(?:ha|tỷ|m2|%|km))"
)
MONTH = r"tháng (?P<m>\d{1,2})(?:(?: ?[/.-] ?| năm )(?P<y>\d{4}))?(?![\d/])"
QUARTER = r"quý (?P<q>iv|i{1,3}|[1-4])(?:(?: ?[/.-] ?|,? năm | )(?P<y>\d{4}))?(?![\w/])"
HALF = r"(?:(?:0?6|sáu) tháng|nửa) (?P<h>đầu|cuối) (?:của )?năm(?: (?P<y>\d{4}))?"
HOUR = r"\d{1,2} ?(?:h|g|giờ|:)(?: ?\d{2})?(?: ?phút)?(?:,? |(?= ?ngày))"
YEAR = r"năm (?P<y>\d{4})(?!\s?[-–]\s?\d)"
NUMBER = (
    r"(?P<n>\d{1,4})(?: \([^()]{1,30}\))?|(?P<w>[^\W\d_]+(?: [^\W\d_]+)?) \((?P<n2>\d{1,4})\)"
    r"|(?P<w3>một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)"
)
UNIT = r"(?P<unit>ngày làm việc|ngày|tuần|tháng|năm)"
EVENT = r"(?:,? ?(?:kể từ|tính từ|từ|sau|kể từ khi|sau khi) (?P<event>(?:ngày|khi|lúc|thời điểm)? ?[^,.;:()]{2,90}))?"
DONE = re.compile(  # what stands before a deadline and belongs to it
    r"(?<!\w)(?:thời (?:gian|hạn)(?: hoàn thành| thực hiện)?:? |(?:phải |cần |cơ bản "
    r"|để )?(?:hoàn thành|hoàn tất|kết thúc|thực hiện xong|xong)"
    r"(?: (?:toàn bộ|dứt điểm|việc này|nội dung này|xong|chậm nhất)){0,3} )$"
)
BY = r"(?:chậm nhất|muộn nhất|hạn chót|hạn cuối)(?: (?:là|đến|vào|trong|cuối|hết)){0,3}:? "
TILL = (
    r"(?:từ nay (?:cho )?đến(?: hết)?|đến hết|đến cuối|hết|trong|vào|cuối|xong|hoàn thành|là|đến"
    r"|thời gian:|thời hạn:|hoàn thành:|thực hiện:)"
)
EVERY = r"(?:hằng|hàng|mỗi|định kỳ|theo|từng)"
ROUND = r"(?P<every>tuần|tháng|quý|năm|(?:0?6|sáu) tháng|(?:0?3|ba) tháng|nửa năm)"

CUTOFF = re.compile(
    r"(?:tính đến|tính tới|đến thời điểm|tại thời điểm|thời điểm|số liệu(?:(?! trước| chậm| xong"
    r"| gửi| báo cáo)[^,.;:]){0,60}?(?: đến| tới| ngày)|mốc(?: số liệu)?"
    r"|cập nhật(?:(?! trước| xong)[^,.;:]){0,60}? đến|chốt (?:số liệu )?(?:đến|ngày|tại)?"
    r"|hiện trạng[^,.;:]{0,40}? đến"
    r"|có đến) ?(?:hết |thời điểm )?" + DAY
)
LOOSE = re.compile(rf"(?<![\w/.-]){DAY}")
CITED = re.compile(  # days and years of documents, meetings and plans: never a deadline
    r"(?:số \d[^\s,;]{0,30}|nghị quyết|quyết định|thông báo|công văn|văn bản|tờ trình|kế hoạch"
    r"|cuộc họp|hội nghị|buổi họp)"
    r",? ?(?:ký |ban hành )?(?:ngày|tháng) \d{1,2}(?: ?[/.-] ?\d{1,2}| tháng \d{1,2})?(?:(?: ?[/.-] ?| năm )\d{4})?"
    r"|(?:từ|sau|kể từ)(?: ngày)? \d{1,2} ?[/.-] ?\d{1,2} ?[/.-] ?\d{4}"
    r"|(?:quy hoạch|chiến lược|tầm nhìn|định hướng|đề án|danh mục|chương trình)[^.;]{0,90}? (?:đến"
    r"|tới)(?: hết)? năm \d{4}"
    r"|tầm nhìn(?: đến)?(?: năm)? \d{4}|giai đoạn (?:từ )?(?:năm )?\d{4} ?- ?\d{4}|chi thường xuyên|thường trực"
    r"|(?:kế hoạch|dự toán|vốn|ngân sách|kinh phí)[^,.;]{0,40} (?:hằng|hàng) năm(?! (?:trước|vào))"
)
OF_YEAR = r"(?:ngày )?\d{1,2}(?: ?[/.-] ?| tháng )\d{1,2}(?! ?[/.-] ?\d| năm \d|\d)"  # a day of any year
RULES = [  # (what it is, the pattern): groups name the parts, see deadlines.py; `when`: a day within each round
    (
        "periodic",
        rf"(?:{BY})?(?:định kỳ )?(?P<when>(?:trước |vào |trong |đến |hết ){{0,2}}(?:{OF_YEAR}|tháng \d{{1,2}}))"
        rf"(?: của)? {EVERY} (?P<every>năm)(?! (?:trước|sau|đó))",
    ),
    (
        "periodic",
        rf"(?:định kỳ )?{EVERY} (?P<every>(?:0?6|sáu) tháng|năm),? ?\(?(?P<when>(?:{BY})?(?:trước |vào ){OF_YEAR})\)?",
    ),
    (
        "periodic",
        rf"(?:định kỳ )?(?P<when>(?:trước |vào )?(?:{HOUR})?(?:ngày )?thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7]))(?: của)?"
        rf" {EVERY} (?P<every>tuần)",
    ),
    (
        "periodic",
        rf"(?:định kỳ )?(?:{EVERY} quý,? )?(?P<ex>trước )?(?:vào )?ngày (?P<day>\d{{1,2}})(?: của)?"
        r" tháng (?:đầu|cuối) (?:của )?(?:mỗi |từng |hằng |hàng )?(?P<every>quý)(?: sau| tiếp theo| kế tiếp| liền kề)?",
    ),
    (
        "periodic",
        rf"(?:định kỳ )?(?P<ex>trước )?(?:vào )?ngày (?P<day>\d{{1,2}})(?: của| vào)? ?(?:{EVERY})"
        rf" {ROUND}(?! (?:đầu|cuối))",
    ),
    (
        "periodic",
        rf"(?:định kỳ )?{EVERY} {ROUND}(?! (?:đầu|cuối|tới))(?: ?/ ?lần"
        rf"| một lần)?(?:,? ?\(?(?P<ex>trước )?(?:vào )?ngày (?P<day>\d{{1,2}})(?![\d/])[^,.;)]{{0,40}}\)?)?",
    ),
    ("periodic", r"(?P<every>(?:0?6|0?3|sáu|ba) tháng|tháng|quý|tuần|năm) ?(?:/ ?lần| một lần|/lần)"),
    ("half", rf"(?:trước |trong |hết |đến hết )?{HALF}"),
    (
        "relative",
        rf"(?:trong (?:vòng |thời hạn |thời gian )?(?:tối đa |không quá )?|không quá |tối đa "
        rf"|thời hạn (?:là |tối đa |không quá )?|{BY}(?:sau )?)(?:{NUMBER})"
        rf" {UNIT}(?! (?:đầu|cuối|qua|trước|gần)){EVENT}",
    ),
    (
        "relative",
        rf"sau (?:{NUMBER}) {UNIT}(?! (?:thực hiện|triển khai|đầu|cuối)),? (?:kể từ|tính từ"
        rf"|từ) (?P<event>[^,.;:()]{{2,90}})",
    ),
    (
        "vague",
        r"(?:trước|sau|trong|dịp) (?:dịp )?tết[^,.;:]{0,40}|(?:trước|sau) cuộc họp[^,.;:]{0,50}"
        r"|(?<!ý kiến )(?<!phát biểu )(?<!nêu )(?:trước|sau|tại|trong) (?:các )?(?:kỳ|phiên) họp"
        r"(?! tháng \d| ngày \d)(?:(?! tháng \d| ngày \d)[^,.;:]){0,50}",
    ),
    ("day", rf"(?:{BY})?(?:trước|vào|lúc|trong)? ?{HOUR}{DAY}"),
    ("before", rf"(?:{BY})?(?:muộn nhất )?trước {DAY}"),
    ("before_month", rf"(?:{BY})?trước {MONTH}"),
    ("before_quarter", rf"(?:{BY})?trước {QUARTER}"),
    ("before_year", rf"(?:{BY})?trước {YEAR}"),
    ("day", rf"(?:{BY}|{TILL} ){DAY}"),
    (
        "vague",
        rf"(?:{TILL} ){{0,3}}(?:đầu|giữa) (?:tháng \d{{1,2}}|quý (?:iv|i{{1,3}})|năm)(?:(?: ?/ ?| năm | )\d{{4}})?",
    ),
    ("month", rf"(?:{BY}|(?:{TILL} ){{1,3}})?(?:ngay )?{MONTH}"),
    ("quarter", rf"(?:{BY}|(?:{TILL} ){{1,3}})?{QUARTER}"),
    ("year", rf"(?:{BY}|(?:(?:trong|hết|đến hết|cuối|đến cuối|xong|hoàn thành|chậm nhất)(?: trong)? ){{1,3}}){YEAR}"),
    ("year", r"(?:hoàn thành|khởi công|hoàn tất|xong)(?: [^,.;:]{1,50}?)? (?P<core>" + YEAR + ")"),
    (
        "vague",
        r"(?:trong |vào |đầu |cuối ){0,3}(?:tuần|tháng|quý) (?:này|tới|sau)|(?:trong |vào )(?:đầu |cuối )?tuần(?! lễ)",
    ),
    (
        "vague",
        r"trong thời gian (?:sớm nhất|tới|ngắn nhất)|sớm nhất có thể|(?:trong|vào|hết|cuối) (?:cuối )?năm nay|cuối năm",
    ),
    ("after", r"ngay sau (?:khi )?(?P<event>[^,.;:]{3,90})"),
    ("ongoing", r"thường xuyên|liên tục|(?:hằng|hàng) ngày"),
]
PATTERNS = [(what, re.compile(rf"(?<!\w){rule}(?!\w)")) for what, rule in RULES]
HINT = re.compile(r"ngày|tháng|quý|năm|tuần|thường xuyên|liên tục|trước|kỳ họp|phiên họp|sớm|định kỳ|ngay sau|tết")
EVERIES = {"tuần": "week", "tháng": "month", "quý": "quarter", "năm": "year", "nửa năm": "half"} | {
    f"{n} tháng": every for n, every in (("6", "half"), ("06", "half"), ("sáu", "half"), ("3", "quarter"))
}
EVERIES |= {"03 tháng": "quarter", "ba tháng": "quarter"}
UNITS = {"ngày làm việc": "wd", "ngày": "d", "tuần": "w", "tháng": "m", "năm": "y"}
WORDS = {
    word: n for n, word in enumerate(["một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười"], start=1)
}
