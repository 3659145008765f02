"""Sentences in the style of notices, written for the tests: text → lead, cooperating, deadline, zones."""

SCT, SQHKT, STC, STP = "HN-SCT", "HN-SQHKT", "HN-STC", "HN-STP"
DISTRICTS = "UBND các quận, huyện, thị xã"

# (sentence, lead: a code or the words, cooperating, deadline in short, zones); issued on 21/3/2016 in Hà Nội
SENTENCES = [
    (
        "Giao Sở Công Thương chủ trì, phối hợp với Sở QHKT, Viện QHXD và UBND các quận, huyện,"
        " thị xã rà soát quy hoạch, xong trước ngày 20/6.",
        SCT,
        [SQHKT, "HN-VQH", DISTRICTS],
        "<2016-06-20",
        [],
    ),
    (
        "Sở Công Thương chủ trì cùng Sở Tài chính thẩm định hồ sơ CCN Lại Yên, hoàn thành trong tháng 4/2016.",
        SCT,
        [STC],
        "month 2016-04-30",
        ["HN-CCN-LAIYEN"],
    ),
    ("Việc thẩm định hồ sơ do Sở Công Thương chủ trì, hoàn thành trước 15/4/2016.", SCT, [], "<2016-04-15", []),
    ("Đề nghị Bộ Kế hoạch và Đầu tư xem xét, trình Thủ tướng Chính phủ.", "TW-BKHDT", [], "", []),
    (
        "Yêu cầu Ban Quản lý các KCN và chế xuất Hà Nội báo cáo tiến độ KCN Phú Nghĩa định kỳ hằng quý.",
        "HN-HIZA",
        [],
        "every quarter",
        ["HN-KCN-PHUNGHIA"],
    ),
    ("VP UBND Thành phố theo dõi, đôn đốc.", "HN-VPUB", [], "", []),
    (
        "Trong tháng 4/2016, Sở Công Thương hoàn chỉnh đề án, gửi Sở Tài chính thẩm định.",
        SCT,
        [],
        "month 2016-04-30",
        [],
    ),
    (
        "Đối với KCN Phú Nghĩa mở rộng, Ban Quản lý các khu công nghệ cao và khu công nghiệp khẩn"
        " trương hoàn thiện hồ sơ, trình UBND Thành phố trong quý III/2026.",
        "HN-BQL",
        [],
        "quarter 2026-09-30",
        ["HN-KCN-PHUNGHIA-MR"],
    ),
    (
        "Sở Công Thương (chủ trì), Sở Quy hoạch - Kiến trúc, Viện Quy hoạch xây dựng Hà Nội rà soát quy mô, vị trí.",
        SCT,
        [SQHKT, "HN-VQH"],
        "",
        [],
    ),
    (
        "UBND Thành phố giao Sở Tư pháp thẩm định dự thảo trong thời hạn 15 ngày làm việc kể từ ngày nhận văn bản.",
        STP,
        [],
        "15wd ngày nhận văn bản",
        [],
    ),
    (
        "Sở Công Thương hướng dẫn, yêu cầu các chủ đầu tư hạ tầng nộp báo cáo trước ngày 10/7/2026.",
        SCT,
        [],
        "<2026-07-10",
        [],
    ),
    ("Giám đốc Sở Công Thương chịu trách nhiệm trước UBND Thành phố về tiến độ.", SCT, [], "", []),
    ("Sở Tài chính thường xuyên kiểm tra việc sử dụng vốn tại các CCN.", STC, [], "ongoing", []),
    (
        "Sở TN&MT thanh tra việc xả thải tại CCN Phú Thị, báo cáo UBND Thành phố chậm nhất ngày 5/12.",
        "HN-STNMT",
        [],
        "2016-12-05",
        ["HN-CCN-PHUTHI"],
    ),
    (
        "Giao HEPZA chủ trì, phối hợp UBND huyện Bình Chánh hoàn tất hồ sơ các KCN: Phạm Văn Hai"
        " I, II đến hết ngày 31/12/2026.",
        "HCM-HEPZA",
        ["HCM-BINHCHANH"],
        "2026-12-31",
        ["HCM-KCN-PVH1", "HCM-KCN-PVH2"],
    ),
    ("Sở Công Thương báo cáo tiến độ trong 6 tháng đầu năm.", SCT, [], "half 2016-06-30", []),
    (
        "Công ty cổ phần Đầu tư phát triển N&G hoàn thành hạ tầng KCN Quang Minh II trước ngày 31/12/2026.",
        "Công ty cổ phần Đầu tư phát triển N&G",
        [],
        "<2026-12-31",
        ["HN-KCN-QUANGMINH2"],
    ),
    (
        "Giao đồng chí Giám đốc Sở Quy hoạch - Kiến trúc chỉ đạo lập quy hoạch phân khu KCN sạch"
        " Sóc Sơn trong năm 2026.",
        SQHKT,
        [],
        "year 2026-12-31",
        ["HN-KCN-SOCSON"],
    ),
    (
        "Giao Sở Công Thương là cơ quan đầu mối, tổng hợp, báo cáo UBND Thành phố hằng tháng (trước ngày 25).",
        SCT,
        [],
        "every month <25",
        [],
    ),
    (
        "Chủ tịch UBND huyện Thường Tín chỉ đạo giải quyết vướng mắc tại CCN Quất Động trước 30/6/2026.",
        "HN-THUONGTIN",
        [],
        "<2026-06-30",
        ["HN-CCN-QUATDONG"],
    ),
    ("Trên cơ sở ý kiến của các Sở, ngành, Sở Công Thương tổng hợp, hoàn thiện.", SCT, [], "", []),
    (
        "Giao Sở Quy hoạch – Kiến trúc chủ trì, phối hợp cùng Sở Xây dựng, UBND huyện Mê Linh và"
        " các đơn vị có liên quan, thẩm định nhiệm vụ quy hoạch KCN Quang Minh II, báo cáo kết"
        " quả trước 15/7/2026.",
        SQHKT,
        ["Sở Xây dựng", "UBND huyện Mê Linh", "các đơn vị có liên quan"],
        "<2026-07-15",
        ["HN-KCN-QUANGMINH2"],
    ),
    (
        "Giao Sở Công Thương làm đầu mối phối hợp với Sở Tài chính, Công an Thành phố và UBND các"
        " huyện: Gia Lâm, Thường Tín kiểm tra các CCN: Phú Thị, Quất Động; hoàn thành trong tháng"
        " 5/2026.",
        SCT,
        [STC, "Công an Thành phố", "HN-GIALAM", "HN-THUONGTIN"],
        "month 2026-05-31",
        ["HN-CCN-PHUTHI", "HN-CCN-QUATDONG"],
    ),
    (
        "Sở Nông nghiệp và Môi trường hướng dẫn thủ tục đất đai, chậm nhất 10 ngày kể từ khi nhận đủ hồ sơ.",
        "HN-SNNMT",
        [],
        "10d khi nhận đủ hồ sơ",
        [],
    ),
    ("Sau khi quy hoạch được phê duyệt, UBND huyện Sóc Sơn công bố công khai theo quy định.", "HN-SOCSON", [], "", []),
    (
        "Đề nghị Ban Quản lý Khu công nghệ cao TP. Hồ Chí Minh báo cáo số liệu tính đến"
        " 31/12/2015 trước ngày 15/4/2016.",
        "HCM-SHTP",
        [],
        "<2016-04-15",
        [],
    ),
    (
        "Giao Ban Quản lý các khu chế xuất và công nghiệp Thành phố (Hepza) chủ trì rà soát KCX,"
        " KCN; báo cáo trong Quý 4/2024.",
        "HCM-HEPZA",
        [],
        "quarter 2024-12-31",
        [],
    ),
    ("Trưởng ban Ban Quản lý các KCX và CN TP.HCM trình đề án.", "HCM-HEPZA", [], "", []),
    (
        "Các chủ đầu tư hạ tầng CCN hoàn thành trạm xử lý nước thải trước 31/12/2025.",
        "Các chủ đầu tư hạ tầng CCN",
        [],
        "<2025-12-31",
        [],
    ),
    (
        "Việc bàn giao mốc giới do UBND huyện Phú Xuyên thực hiện, xong trong 30 ngày kể từ ngày ký.",
        "HN-PHUXUYEN",
        [],
        "30d ngày ký",
        [],
    ),
    ("Yêu cầu: Sở Tài chính bố trí kinh phí.", STC, [], "", []),
    (
        "Chánh Văn phòng UBND Thành phố kiểm tra, báo cáo Chủ tịch UBND Thành phố vào ngày 25 hằng tháng.",
        "HN-VPUB",
        [],
        "every month 25",
        [],
    ),
    (
        "UBND xã Tây Phương niêm yết công khai đồ án CCN làng nghề Chàng Sơn giai đoạn 2 trong"
        " vòng 30 ngày kể từ ngày nhận hồ sơ.",
        "HN-TAYPHUONG",
        [],
        "30d ngày nhận hồ sơ",
        ["HN-CCN-CHANGSON-2"],
    ),
    (
        "Giao Viện Quy hoạch xây dựng Hà Nội hoàn chỉnh bản đồ các khu, cụm công nghiệp, xong trong tháng 5.",
        "HN-VQH",
        [],
        "month 2016-05-31",
        [],
    ),
    (
        "Giao Sở KH&ĐT chủ trì, phối hợp với Sở Công Thương cân đối vốn trong quý II/2016.",
        "HN-SKHDT",
        [SCT],
        "quarter 2016-06-30",
        [],
    ),
    (
        "Sở Công Thương phối hợp chặt chẽ với Sở QH-KT cập nhật CCN Hà Bình Phương vào quy hoạch.",
        SCT,
        [SQHKT],
        "",
        ["HN-CCN-HABINHPHUONG"],
    ),
    (
        "Đồng ý chủ trương; giao Sở Công Thương hướng dẫn UBND huyện Hoài Đức lập hồ sơ mở rộng CCN La Phù.",
        SCT,
        [],
        "",
        ["HN-CCN-LAPHU"],
    ),
    (
        "Giao UBND huyện Gia Lâm khởi công CCN Đình Xuyên trong quý 2 năm 2016.",
        "HN-GIALAM",
        [],
        "quarter 2016-06-30",
        ["HN-CCN-DINHXUYEN"],
    ),
    (
        "Yêu cầu UBND huyện Phúc Thọ báo cáo UBND Thành phố trước ngày 05 tháng 4 năm 2016.",
        "HN-PHUCTHO",
        [],
        "<2016-04-05",
        [],
    ),
    (
        "Sở Tài chính thẩm định giá đất cụ thể tại KCN Đông Anh, hạn cuối ngày 30/9/2016.",
        STC,
        [],
        "2016-09-30",
        ["HN-KCN-DONGANH"],
    ),
    ("Sở Công Thương tổng hợp báo cáo 06 tháng/lần.", SCT, [], "every half", []),
    ("Sở Công Thương báo cáo Bộ Công Thương trước ngày 15 của tháng cuối quý.", SCT, [], "every quarter <15", []),
    ("Sở Tài chính tham mưu bố trí kế hoạch vốn hằng năm cho các cụm công nghiệp.", STC, [], "", []),
    (
        "Giao Sở Công Thương hoàn chỉnh Quy hoạch phát triển công nghiệp đến năm 2020, tầm nhìn đến năm 2030.",
        SCT,
        [],
        "",
        [],
    ),
    ("Giao Sở Công Thương căn cứ Thông báo số 12/TB-VP ngày 20/5/2016 tổ chức thực hiện.", SCT, [], "", []),
    ("Giao Sở Công Thương khẩn trương trình UBND Thành phố trong tuần tới.", SCT, [], "vague", []),
    ("Giao Sở Tư pháp cho ý kiến trước ngày 31/4/2016.", STP, [], "vague", []),
    ("Sở Công Thương trình UBND Thành phố trước tháng 6/2016.", SCT, [], "<2016-06-01", []),
    ("Sở Công Thương hoàn thành việc rà soát trước ngày 15/02.", SCT, [], "<2017-02-15", []),
    (
        "Giao Sở Công Thương theo dõi tiến độ các KCN Phụng Hiệp, Bắc Thường Tín và CCN Kim Bài.",
        SCT,
        [],
        "",
        ["HN-KCN-PHUNGHIEP", "HN-KCN-BACTHUONGTIN", "HN-CCN-KIMBAI"],
    ),
    ("Giao Sở Quy hoạch - Kiến trúc thẩm định quy hoạch KCN Liên Hà Mới.", SQHKT, [], "", ["Liên Hà Mới"]),
    (
        "Giao UBND huyện Hoài Đức chủ trì, Sở Công Thương phối hợp, chọn chủ đầu tư CCN Dương Liễu giai đoạn 2.",
        "HN-HOAIDUC",
        [SCT],
        "",
        ["HN-CCN-DUONGLIEU-2"],
    ),
    (
        "Vinaconex khởi công KCN Đông Anh chậm nhất trong quý I/2025.",
        "HN-VINACONEX",
        [],
        "quarter 2025-03-31",
        ["HN-KCN-DONGANH"],
    ),
    (
        "Thủ tướng Chính phủ giao UBND Thành phố Hà Nội chủ trì, phối hợp với Bộ Công Thương rà"
        " soát KCN Nam Thăng Long.",
        "HN-UBND",
        ["TW-BCT"],
        "",
        ["HN-KCN-NAMTHANGLONG"],
    ),
    (
        "Giao Sở Công Thương chủ trì, phối hợp các sở, ban, ngành liên quan kiểm tra, định kỳ 6"
        " tháng báo cáo UBND Thành phố.",
        SCT,
        ["các sở, ban, ngành liên quan"],
        "every half",
        [],
    ),
    (
        "Sở Công Thương có trách nhiệm chủ trì, phối hợp với đơn vị tư vấn tiếp thu ý kiến phản"
        " biện trong vòng mười lăm (15) ngày kể từ ngày họp.",
        SCT,
        ["đơn vị tư vấn"],
        "15d ngày họp",
        [],
    ),
    (
        "Phân công Sở Tài chính chủ trì xây dựng phương án giá, hoàn thành trước ngày 30-6-2016.",
        STC,
        [],
        "<2016-06-30",
        [],
    ),
    (
        "Giao Sở Công Thương bổ sung CCN CN2 Sóc Sơn, CCN Thanh Văn - Tân Ước vào danh mục trong năm 2016.",
        SCT,
        [],
        "year 2016-12-31",
        ["HN-CCN-CN2", "HN-CCN-THANHVAN-TANUOC"],
    ),
    (
        "Bộ Công Thương có ý kiến trả lời trong 20 ngày làm việc kể từ ngày nhận được hồ sơ.",
        "TW-BCT",
        [],
        "20wd ngày nhận được hồ sơ",
        [],
    ),
    ("Giao Sở Tài chính, trước ngày 10/5/2016, báo cáo phương án vốn.", STC, [], "<2016-05-10", []),
    (
        "Giao Sở QHKT cập nhật ranh giới Khu công nghệ cao Hòa Lạc và KCN Hà Nội - Đài Tư.",
        SQHKT,
        [],
        "",
        ["HN-KCNC-HOALAC", "HN-KCN-DAITU"],
    ),
    (
        "Giao Sở Công Thương nghiên cứu, đề xuất đưa KCX Tân Thuận vào mô hình thí điểm.",
        SCT,
        [],
        "",
        ["HCM-KCX-TANTHUAN"],
    ),
]

# (sentence, leads): one task for each agency, with a doubt
SEVERAL = [
    (
        "Các Sở: Tài chính, Tư pháp, Nông nghiệp và Môi trường rà soát, báo cáo UBND Thành phố"
        " trước ngày 25 hàng tháng.",
        [STC, STP, "HN-SNNMT"],
    ),
    ("UBND các huyện Sóc Sơn, Gia Lâm khẩn trương giải phóng mặt bằng.", ["HN-SOCSON", "HN-GIALAM"]),
    ("Giao Sở Công Thương và UBND huyện Gia Lâm phối hợp kiểm tra CCN Phú Thị.", [SCT, "HN-GIALAM"]),
    (
        "Giao Sở Công Thương rà soát; UBND huyện Hoài Đức chọn chủ đầu tư; Sở Tài chính bố trí vốn.",
        [SCT, "HN-HOAIDUC", STC],
    ),
    ("Giao Sở Công Thương rà soát quy hoạch, đồng thời giao Sở Tài chính bố trí kinh phí.", [SCT, STC]),
]

# sentences that order nothing
BACKGROUND = [
    "Theo báo cáo của Sở Công Thương, đến nay đã có 43 cụm được thành lập.",
    "Hội nghị đã nghe Sở Công Thương trình bày dự thảo quy hoạch.",
    "Sau khi nghe Sở Công Thương báo cáo, ý kiến các đại biểu, Phó Chủ tịch UBND Thành phố kết luận như sau:",
    "Phó Chủ tịch UBND Thành phố Nguyễn Văn Sửu chủ trì hội nghị.",
    "Đồng ý với đề nghị của Sở Công Thương về việc mở rộng CCN Phú Thị.",
    "Sở Công Thương đã báo cáo UBND Thành phố tại Tờ trình số 12/TTr-SCT ngày 10/3/2016.",
    "Tham dự cuộc họp có lãnh đạo các Sở: Tài chính, Xây dựng.",
    "Phấn đấu đến năm 2030 có 159 cụm công nghiệp.",
    "Văn phòng UBND Thành phố thông báo để các đơn vị biết, thực hiện./.",
    "Tuy nhiên, tiến độ của một số cụm còn chậm so với kế hoạch.",
    "Căn cứ Nghị định số 32/2024/NĐ-CP ngày 15/3/2024 của Chính phủ;",
]

# sentences that look like orders, of which nobody can be told who is meant
UNREAD = [
    "Khẩn trương hoàn thành việc rà soát trước 30 tháng 6 năm 2016.",
    "Chủ trì, phối hợp với Sở Tài chính rà soát.",
    "Yêu cầu tập trung cao độ, hoàn thành đúng tiến độ.",
    "Phải hoàn thành giải phóng mặt bằng trong quý II/2016.",
]
