"""Who leads, who cooperates, what is background: patterns on a sentence in which signs stand for agencies.

In such a sentence every agency named is "◆◇◇◇…" as long as its name, one above the departments "▲△△△…"."""

import re

BODY, BODY_ON, TOP, TOP_ON = "◆", "◇", "▲", "△"
ONE = "(?:◆◇*+|▲△*+)"
AND = r"(?:,? và |, |; | cùng với | cùng | & | - |,? với )(?:các đồng chí |lãnh đạo |thủ trưởng |người đứng đầu )?"
LIST = rf"{ONE}(?:{AND}{ONE}){{0,25}}+"
ORDER = (
    r"(?:giao(?: nhiệm vụ)?(?: cho)?|yêu cầu|đề nghị|phân công|chỉ đạo|ủy quyền(?: cho)?"
    r"|giao trách nhiệm cho|đôn đốc|lưu ý|kính đề nghị)"
    r"(?: đồng chí| các đồng chí)?:? "
)
DUTY = (
    r"(?:,? ?(?:là )?(?:cơ quan|đơn vị)|,? ?(?:tiếp tục|khẩn trương|có trách nhiệm"
    r"|chịu trách nhiệm|làm|được giao|sẽ|phải|cần|giữ vai trò|là"
    r"|chủ động|nghiêm túc|tập trung)){0,4}"
)
MEETING = r"(?! (?:cuộc họp|hội nghị|buổi|phiên họp|hội thảo|họp))"
LEADS = r"(?:chủ trì|làm đầu mối|là đầu mối|đầu mối)"
LEAD_RULES = [  # the first that is found names the lead; `said` means "chủ trì" stands there
    ("said", rf"(?:{ORDER}|do )(?P<lead>{LIST}){DUTY},? {LEADS}"),
    (
        "said",
        rf"(?P<lead>{ONE}) \((?:là )?(?:cơ quan |đơn vị )?chủ trì\)(?:(?:,? và |, |; |,? cùng )(?P<coop>{LIST}))?",
    ),
    ("said", rf"(?P<lead>{LIST}){DUTY},? ?{LEADS}(?:,| thực hiện|\.|;|:| và)?{MEETING}"),
    ("said", rf"(?:(?:cơ quan|đơn vị) )?chủ trì(?: thực hiện)?: ?(?P<lead>{LIST})"),
    ("order", rf"(?<!theo )(?<!xét )(?<!của ){ORDER}(?P<lead>{LIST})"),
    ("order", rf"do (?P<lead>{LIST}){DUTY} (?:thực hiện|đảm nhiệm)"),
    ("subject", rf"(?:^|[:;] ?|(?<![◆◇▲△]), |\) )(?P<lead>{LIST})(?=[ :;,(.]|$)"),
    ("after", rf"^(?:trên cơ sở|sau khi (?!nghe|xem xét))[^.;]{{0,300}}, (?P<lead>{ONE})(?= )"),
]
LEAD_PATTERNS = [
    (how, re.compile(rule if how in ("subject", "after") else rf"(?<!\w){rule}")) for how, rule in LEAD_RULES
]
GIVER = re.compile(rf"(?:{TOP}{TOP_ON}*|chủ tịch|thành phố)(?: (?:đã|thống nhất|đồng ý|cũng))?,? ?(?:và )?$")
HOLDS_MEETING = re.compile(r"chủ trì (?:cuộc họp|hội nghị|buổi|phiên|hội thảo)")
NOT_LEADING = re.compile(  # what stands before a list at a clause's start that only gives or receives
    r"(?:gửi|báo cáo|trình|tham mưu|của|ý kiến|theo|tại|về|cho|kính gửi|tham dự|cùng dự|thành phần"
    r"|gồm|với|xin ý kiến|hợp)(?: [^\s,;:]+){0,3}[:,]? ?$"
)
GIVES = re.compile(
    r" ?,? ?(?:đã|đang|vừa|giao|yêu cầu|đề nghị|chỉ đạo|kết luận|thống nhất|đồng ý|cơ bản"
    r"|có ý kiến|ghi nhận|đánh giá|biểu dương|thông báo"
    r"|nhận được|nhận thấy|ban hành|phê duyệt|quyết định|chấp thuận|cho biết|cho rằng|nêu|chưa|còn"
    r"|có báo cáo|báo cáo tại|hoan nghênh|cảm ơn|như sau|phát biểu|thấy rằng|chủ trì (?:cuộc họp"
    r"|hội nghị|buổi|phiên))(?!\w)"
)
SELF_GIVES = re.compile(  # departments are told to report and propose; these words are no orders to them
    r" ?,? ?(?:đã|đang|vừa|có ý kiến(?! trả lời| thẩm định| bằng văn bản)|cho biết|cho rằng|nêu rõ"
    r"|chưa|còn (?:chậm|để|nhiều|chưa|lúng)|có báo cáo|có tờ trình|có văn bản|báo cáo tại"
    r"|trình bày|phát biểu|tham dự"
    r"|kiến nghị|đề nghị|là cơ quan được|chủ trì (?:cuộc họp|hội nghị|buổi|phiên))(?!\w)"
)
WITH = (
    r"(?:(?:phối hợp|hợp tác)(?: chặt chẽ| thường xuyên| đồng bộ)?(?: (?:cùng với|với|cùng))?"
    r"|cùng với|cùng|với sự (?:tham gia|phối hợp) của)"
    r"(?: các đồng chí)?:? "
)
COOPERATION_RULES = [
    rf",? ?(?:và )?(?:có trách nhiệm )?{WITH}(?P<coop>{LIST})",
    rf"[,;(] ?(?P<coop>{LIST}) (?:có trách nhiệm )?(?:cùng )?(?:phối hợp|tham gia)(?: thực hiện"
    rf"| cùng thực hiện)?(?: theo chức năng[^,.;]{{0,40}})?(?=[.,;)]|$)",
    rf"(?:cơ quan|đơn vị) phối hợp(?: thực hiện)?: ?(?P<coop>{LIST})",
    rf"\(?phối hợp(?: thực hiện)?: ?(?P<coop>{LIST})\)?",
]
COOPERATION = [re.compile(rule if rule.startswith("[") else rf"(?<!\w){rule}") for rule in COOPERATION_RULES]

CLOSING = re.compile(
    r"^(?:nơi nhận|kt\. |tl\. |lưu:|\(?đã ký|trân trọng|phụ lục|kính gửi|người ký|v/v|trích yếu"
    r"|số:|cộng hòa xã hội|độc lập|trên đây là (?:kết luận|nội dung|ý kiến)"
    r"|trong quá trình (?:triển khai|tổ chức|thực hiện)[^.]{0,60}(?:khó khăn|vướng mắc|phát sinh))"
)
IN_FORCE = re.compile(r"chịu trách nhiệm (?:thi hành|thực hiện) (?:quyết định|kế hoạch|chỉ thị|thông báo) này")
MADE_KNOWN = re.compile(
    r"(?<!\w)biết(?:,? (?:và )?[\w ,]{0,60})?[ ./]*$"
)  # "thông báo để các đơn vị biết, thực hiện./."
END = re.compile(r"^(?:nơi nhận)")
BACKGROUND = re.compile(
    r"^(?:theo (?:báo cáo|đề nghị|đánh giá|số liệu|kết quả|nội dung)|sau khi (?:nghe|xem xét)"
    r"|hội nghị|cuộc họp|căn cứ|xét |thực hiện |tham dự|cùng dự|thành phần"
    r"|(?:sáng |chiều )?ngày \d|tại (?:cuộc họp|hội nghị|buổi|báo cáo|văn bản|tờ trình)"
    r"|(?:các )?đại biểu|đến nay|tính đến|trong thời gian qua|thời gian qua|tuy nhiên"
    r"|bên cạnh đó, (?:còn|vẫn)|hiện nay|trong những năm|nhìn chung|ghi nhận|biểu dương"
    r"|đánh giá cao|hoan nghênh|cơ bản (?:thống nhất|nhất trí|đồng ý)"
    r"|(?:thống nhất|đồng ý|nhất trí|chấp thuận|cho phép) |về việc|kết luận của|ý kiến (?:chỉ đạo"
    r"|kết luận)|đồng chí|ông |bà |mục đích|yêu cầu$|quan điểm|mục tiêu"
    r"|phấn đấu|qua (?:kiểm tra|báo cáo|rà soát)|thông báo|kế hoạch|chỉ thị|quyết định|công văn)"
)
DONE_ALREADY = re.compile(
    r"(?<!\w)(?:đã|vừa) (?:được |cơ bản |có |hoàn thành|báo cáo|trình|tổ chức|ban hành|triển khai|phê duyệt|\w+)"
)
VERBS = (
    r"(?:chủ trì|phối hợp|theo chức năng|theo thẩm quyền|theo nhiệm vụ|rà soát|hoàn thiện"
    r"|hoàn chỉnh|hoàn thành|hoàn tất|báo cáo|trình|tham mưu"
    r"|đề xuất|xây dựng|lập|tổ chức|triển khai|thực hiện|kiểm tra"
    r"|giám sát|theo dõi|đôn đốc|hướng dẫn|thẩm định|tổng hợp|cập nhật|bổ sung|điều chỉnh|làm rõ"
    r"|tiếp thu|giải trình|đẩy nhanh|tập trung|khẩn trương|chỉ đạo|bố trí"
    r"|giải quyết|xử lý|tháo gỡ|nghiên cứu|chuẩn bị|ban hành|công bố|công khai|cung cấp|gửi|nộp"
    r"|tăng cường|chủ động|tiếp tục|thường xuyên|định kỳ|thống kê|đánh giá"
    r"|phân công|bàn giao|thu hồi|giải phóng|khởi công|đầu tư|kêu gọi|xúc tiến|lựa chọn|thông báo"
    r"|phổ biến|tuyên truyền|vận động|đối thoại|niêm yết|khắc phục|chấm dứt"
    r"|dừng|không|nghiêm|chịu trách nhiệm|bảo đảm|đảm bảo|nâng cao|phê duyệt|xác định|xác minh"
    r"|quản lý|ưu tiên|thanh tra|yêu cầu|lấy ý kiến|đưa|rút|loại|di dời|cho ý kiến"
    r"|thành lập|mời|họp|kiến nghị|phân loại|áp dụng|bám sát|căn cứ|quán triệt|thông tin|xem xét"
    r"|góp ý|có ý kiến|có văn bản|trả lời"
    r"|chọn|ký|cấp|tính toán|phân bổ|cân đối|mở rộng|nâng cấp|duy trì|đăng ký|đăng tải|gia hạn"
    r"|thẩm tra|tạo điều kiện|hỗ trợ|giúp|cử|thuê|nghiệm thu|kết nối"
    r"|phát triển|vận hành|tham gia|lồng ghép|rút kinh nghiệm|kiểm điểm|sớm|kịp thời|tiến hành"
    r"|nhanh chóng|quan tâm|trực tiếp|hằng|hàng|thu hút|định giá|đấu giá"
    r"|đấu thầu|giao đất|cho thuê|đo đạc|cắm mốc|bồi thường|thuyết minh|sử dụng|kê khai|chấp hành"
    r"|tuân thủ|dự thảo|soạn thảo|tham vấn|tổng kết|sơ kết|chuyển|tiếp nhận"
    r"|cải tạo|sửa chữa|lắp đặt|thí điểm|quảng bá|điều tra|khảo sát|giải trình|tạm dừng|thay thế"
    r"|gửi|đề ra|nghiêm túc|tích cực|khởi động|đưa|sắp xếp|kiện toàn|in ấn|ghi|hủy)"
)
BEGINS_WITH_VERB = re.compile(rf"^(?:[^,:]{{0,60}}, )?{VERBS}(?!\w)")
LOOKS_LIKE_ORDER = re.compile(
    rf"^{VERBS}(?!\w)|(?<!\w)(?:giao|yêu cầu|đề nghị|phải|khẩn trương|chủ trì|có trách nhiệm|chịu trách nhiệm)(?!\w)"
)
FILLER = re.compile(
    r"^(?:(?:tổ chức |triển khai )?(?:thực hiện|tập trung|khẩn trương|làm)?(?: (?:tốt|ngay|các"
    r"|một số|những|nội dung|nhiệm vụ|công việc|việc|yêu cầu|giải pháp|sau đây|sau|như sau|cụ thể"
    r"|trọng tâm))*"
    r"|có trách nhiệm|chủ trì|nội dung sau|như sau|cụ thể(?: như sau)?|trong đó|thực hiện)[ :.,-]*$"
)
LABELS = [  # lines of plans that say something of the task above them
    (
        "lead",
        re.compile(
            r"^(?:cơ quan|đơn vị|chủ trì|người)?(?: ?chủ trì| thực hiện)?(?: thực hiện| tham mưu)?"
            rf" ?: ?(?P<list>{LIST})"
        ),
    ),
    ("coop", re.compile(rf"^(?:(?:các )?(?:cơ quan|đơn vị) )?phối hợp(?: thực hiện)? ?: ?(?P<list>{LIST})")),
    (
        "time",
        re.compile(
            r"^(?:thời (?:gian|hạn|điểm)|tiến độ|hạn|lộ trình)(?: (?:hoàn thành|thực hiện|báo cáo|trình|xong))* ?:"
        ),
    ),
    ("product", re.compile(r"^(?:sản phẩm|kết quả)(?: (?:dự kiến|đầu ra|thực hiện|đạt được))* ?:")),
]
ONLY_TIME = re.compile(
    r"^(?:(?:các )?(?:nội dung|nhiệm vụ|công việc|việc|kết quả)?(?: (?:trên|này|nêu trên|thực hiện"
    r"|rà soát))*,? ?(?:phải |cần |đề nghị |yêu cầu )?"
    r"(?:hoàn thành|hoàn tất|xong|thực hiện|báo cáo|trình|gửi|thời hạn|thời gian)|báo cáo|trình|gửi|kết quả)"
)
ADVERBS = re.compile(
    r"^(?:có trách nhiệm(?! trước| về)|chịu trách nhiệm(?! trước| về| toàn| chính)|được giao|sẽ"
    r"|phải|cần|chủ trì|và|tổ chức thực hiện:)(?!\w) ?,? ?"
)
