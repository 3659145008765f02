"""How notices name agencies: fields of departments, boards, collective names, and what they are called today."""

import re

FIELDS = {  # the field of a department or ministry, and how it is written; the longest first
    "nông nghiệp và phát triển nông thôn": "nn ?(?:và|&) ?ptnt|nnptnt|nông nghiệp & ptnt",
    "nông nghiệp và môi trường": "nn ?(?:và|&) ?mt|nnmt|nông nghiệp & môi trường|nông nghiệp - môi trường",
    "tài nguyên và môi trường": "tn ?(?:và|&|-) ?mt|tnmt|tài nguyên & môi trường|tài nguyên - môi trường|tài nguyên môi"
    " trường",
    "kế hoạch và đầu tư": "kh ?(?:và|&|-) ?đt|khđt|kế hoạch & đầu tư|kế hoạch - đầu tư|kế hoạch đầu tư",
    "quy hoạch - kiến trúc": "qh ?(?:và|&|-)? ?kt|quy hoạch ?[-&]? ?kiến trúc|quy hoạch và kiến trúc",
    "khoa học và công nghệ": "kh ?(?:và|&) ?cn|khcn|khoa học & công nghệ|khoa học công nghệ|khoa học - công nghệ",
    "thông tin và truyền thông": "tt ?(?:và|&) ?tt|tttt",
    "lao động - thương binh và xã hội": "lđ ?-? ?tb ?(?:và|&) ?xh|lđtbxh|lao động,? thương binh và xã hội",
    "văn hóa, thể thao và du lịch": "vh,? ?tt ?(?:và|&) ?dl|vhttdl",
    "văn hóa và thể thao": "vh ?(?:và|&) ?tt|vhtt",
    "giáo dục và đào tạo": "gd ?(?:và|&) ?đt|gdđt",
    "giao thông vận tải": "gtvt|giao thông - vận tải",
    "giao thông công chánh": "gtcc",
    "cảnh sát phòng cháy và chữa cháy": "cảnh sát pccc",
    "dân tộc và tôn giáo": "dt ?(?:và|&) ?tg",
    "an toàn thực phẩm": "attp",
    "công thương": "ct",
    "xây dựng": "xd",
    "tài chính": "tc",
    "tư pháp": "tp(?![ .]? ?(?:hcm|hà|hồ))",
    "nội vụ": "nv",
    "ngoại vụ": "",
    "du lịch": "dl",
    "quốc phòng": "",
    "công an": "",
    "y tế": "yt",
}
TODAY = {  # what became of a field in the offices of provinces, 2025
    "kế hoạch và đầu tư": "tài chính",
    "tài nguyên và môi trường": "nông nghiệp và môi trường",
    "nông nghiệp và phát triển nông thôn": "nông nghiệp và môi trường",
    "giao thông vận tải": "xây dựng",
    "thông tin và truyền thông": "khoa học và công nghệ",
    "lao động - thương binh và xã hội": "nội vụ",
}
FIELD = "|".join(
    form
    for field, short in sorted(FIELDS.items(), key=lambda pair: -len(pair[0]))
    for form in (field, *([short] if short else []))
)
CITY = r"(?: (?:của )?(?:(?:thành phố|tp\.? ?)(?: ?(?:hà nội|hồ chí minh|hcm))?|hà nội|tỉnh)(?!\w))?"
CITY_RULE = re.compile(r"(?P<hn>hà nội)|(?P<hcm>hồ chí minh|hcm)")
PERSON = (
    r"(?:(?:các )?(?:đồng chí |đ/c |ông |bà )?(?:phó )?"
    r"(?:giám đốc|chủ tịch|thủ trưởng|chánh thanh tra|trưởng ban|cục trưởng|viện trưởng|lãnh đạo"
    r"|bộ trưởng|tổng giám đốc|chánh)"
    r"(?: các)? )?"
)
UBND = r"(?:ubnd|u?ỷ ?ban nhân dân|ủy ?ban nhân dân|uỷ ?ban nhân dân)"
BOARD = r"(?:ban quản lý|ban ql|bql)"
PARK = r"(?:khu công nghệ cao|khu công nghiệp|khu chế xuất|công nghệ cao|công nghiệp|chế xuất|kcnc|kcn|kcx|cn|cx|khu)"
LEVELS = r"quận|huyện|thị xã|xã|phường|thị trấn|đặc khu|thành phố(?= (?:thủ đức|thủ dầu))"
BODIES = (  # bodies named by themselves; HIGHER ones give orders and receive reports
    r"(?:thường trực )?hđnd|ban tiếp công dân|hội đồng nhân dân|(?:ban thường vụ )?thành ủy"
    r"|thường trực thành ủy|chính phủ|thủ tướng(?: chính phủ)?|"
    r"văn phòng chính phủ|vp chính phủ|công an|bộ tư lệnh thủ đô|bộ tư lệnh|thanh tra|cục thuế"
    r"|chi cục thuế|thuế|cục thống kê|"
    r"thống kê|cục hải quan|kho bạc nhà nước|ngân hàng nhà nước|trung tâm phát triển quỹ đất|quỹ đầu tư phát triển|"
    r"trung tâm xúc tiến đầu tư(?:, thương mại, du lịch)?|viện nghiên cứu phát triển"
    r"|(?:ủy ban )?(?:mặt trận tổ quốc|mttq)(?: việt nam)?|"
    r"ban quản lý (?:các )?dự án đầu tư xây dựng(?: (?:công trình|hạ tầng|kỹ thuật|giao thông|dân dụng|công nghiệp"
    r"|nông nghiệp|văn hóa|xã hội|môi trường|khu vực|và|các)){0,9}|"
    r"đài phát thanh và truyền hình|hanoi ?tv|báo hà nội mới|báo kinh tế và đô thị"
    r"|cổng giao tiếp điện tử|liên đoàn lao động"
)
ALONE = {"thuế", "thống kê", "thanh tra"}  # bodies only with the name of the city behind them
HIGHER = re.compile(
    rf"(?:phó )?(?:chủ tịch )?{UBND}{CITY}$|(?:thường trực )?(?:hđnd|hội đồng nhân dân)|.*thành ủy"
    r"|(?:phó )?thủ tướng|chính phủ"
)
NEAR = r"| (?:nơi )?có (?:các )?(?:khu, cụm công nghiệp|khu công nghiệp|cụm công nghiệp|kcn|ccn|dự án)(?: đi qua)?"
UNIT_WORD = (
    rf"(?:sở(?! (?:{FIELD})(?!\w))|ban(?! quản lý| chỉ đạo)|ngành|phòng|đơn vị|cơ quan|tổ chức|địa"
    r" phương|đoàn thể|quận|huyện|thị xã|xã|phường|thị trấn|doanh nghiệp|hiệp hội|cấp)"
)
GROUP = (
    rf"(?:{UBND} )?(?:các )?{UNIT_WORD}(?:(?:, | và | - |-|, và )(?:các )?{UNIT_WORD}){{1,7}}"
    rf"|(?:{UBND} )?các {UNIT_WORD}|{UBND} (?:cấp \w+|các cấp)"
)
RELATED = (
    r"(?: (?:của|thuộc|trực thuộc) (?:thành phố|tp))?(?: (?:chuyên môn|trực thuộc"
    r"|chức năng))?(?: thành phố)?(?: (?:có )?liên quan| nêu trên| trên địa bàn" + NEAR + ")?"
)
COLLECTIVE = (
    rf"(?:{GROUP}){RELATED}|(?:các )?(?:đơn vị|cơ quan|tổ chức|tổ|liên danh) (?:tư vấn|tổ chức lập"
    r" quy hoạch|liên quan|chức năng|tham mưu)"
    r"|đơn vị tổ chức lập quy hoạch|chính quyền (?:địa phương|các địa phương|cơ sở)"
    r"|tư vấn(?= (?:lập|tiếp|bổ|hoàn|rà))|tổ công tác"
    r"|(?:(?:các )?(?:chủ đầu tư|nhà đầu tư|doanh nghiệp)|các công ty)(?: (?:kinh doanh|xây dựng"
    r"|đầu tư|thứ cấp|hạ tầng|kỹ thuật|cụm công nghiệp"
    r"|khu công nghiệp|ccn|kcn|các|dự án|và)){0,9}(?: (?:có )?liên quan)?"
    r"|thủ trưởng (?:các )?(?:cơ quan|đơn vị|sở)(?:, (?:cơ quan|đơn vị|ban|ngành))*"
)
NAME_HEADS = (
    "Công ty|Tổng công ty|Tổng Công ty|Tập đoàn|Viện|Trung tâm|Quỹ|Cục|Chi cục|Hiệp hội|Hội đồng"
    "|Liên đoàn|Ban|Trường|Tổ công tác|Tổ Công tác"
    "|Phòng|Sở|Bộ|Văn phòng|Đảng ủy|Báo|Đài|Ngân hàng"
)
COMPANY = r"(?: (?:cổ phần|CP|TNHH|MTV|trách nhiệm hữu hạn|một thành viên|Cổ phần|ty))*"
CAPITAL = "A-ZĐÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
SECOND = (  # second syllables of words in names that have a capital on the first only
    "tư|đoàn|triển|lực|dựng|nghiệp|nghệ|tầng|trường|vụ|mại|thị|nước|thông|lịch|chính|sản|khí|phố|tế"
    "|doanh|nguyên|tác|hội|thuật|ủy|uỷ"
)
NAMED_BODY = (
    rf"(?:{NAME_HEADS}){COMPANY}(?: (?:và |các |& |- |của |về |phát triển |xây dựng |hạ tầng "
    rf"|kinh doanh )?[{CAPITAL}][\w.&]*(?: (?:{SECOND})(?!\w))?){{1,10}}"
)
PLACE = (
    r"(?!(?:Sở|UBND|Ủy|Uỷ|Ban|BQL|Viện|Văn phòng|VP|Bộ|Công an|Công ty|Thanh tra|Cục|Chi cục"
    r"|Trung tâm|HĐND|Tổng|Tập đoàn|Quỹ|Đơn|Chủ|Các"
    rf"|KCN|CCN|KCX|HEPZA|Hepza|HIZA|Giám)\b)(?:[{CAPITAL}][\w']*(?:"
    rf" (?![{CAPITAL}]{{3}})[{CAPITAL}][\w']*){{0,2}}|\d{{1,2}}(?![\d./%]))"
)
