"""Whole notices of different build, written for the tests."""

CONCLUSION_2016 = """VĂN PHÒNG UBND
THÀNH PHỐ HÀ NỘI
-------
Số: 53/TB-VP
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Hà Nội, ngày 21 tháng 3 năm 2016

THÔNG BÁO
Kết luận của Phó Chủ tịch UBND Thành phố Trần Văn Minh tại cuộc họp về rà soát Quy hoạch phát triển
khu, cụm công nghiệp thành phố Hà Nội đến năm 2020, tầm nhìn đến năm 2030

Ngày 15/3/2016, tại trụ sở UBND Thành phố, đồng chí Trần Văn Minh - Phó Chủ tịch UBND Thành phố chủ trì cuộc họp \
nghe Sở Công Thương báo cáo kết quả rà soát. Tham dự cuộc họp có lãnh đạo các Sở: Quy hoạch - Kiến trúc, Xây dựng.
Sau khi nghe Sở Công Thương báo cáo, ý kiến của các đại biểu, Phó Chủ tịch UBND Thành phố kết luận, chỉ đạo như sau:
1. Về nội dung quy hoạch: Cơ bản thống nhất với báo cáo của Sở Công Thương và đơn vị tư vấn.
2. Giao Sở Công Thương chủ trì, cùng đơn vị tư vấn:
- Tiếp thu ý kiến phản biện, góp ý của các Sở, ngành; bổ sung các chỉ tiêu kinh tế - xã hội, thống nhất cập nhật
số liệu đến ngày 31/12/2015.
- Hoàn chỉnh Quy hoạch, báo cáo tập thể UBND Thành phố trong tháng 4/2016, trình HĐND Thành phố trong tháng 6/2016.
3. Sở Công Thương chủ trì, phối hợp với Sở Quy hoạch - Kiến trúc, Viện Quy hoạch xây dựng Hà Nội rà soát quy mô,
vị trí, số lượng các khu, cụm công nghiệp bảo đảm phù hợp với các quy hoạch có liên quan.
4. Văn phòng UBND Thành phố theo dõi, đôn đốc, báo cáo UBND Thành phố kết quả thực hiện./.

Văn phòng UBND Thành phố thông báo để các Sở, ngành biết, thực hiện./.

Nơi nhận:
- Chủ tịch UBND Thành phố (để báo cáo);
- Các Sở: CT, QHKT;
- Lưu: VT.
KT. CHÁNH VĂN PHÒNG
PHÓ CHÁNH VĂN PHÒNG
Nguyễn Thị Lan
"""

DIRECTIVE = """ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
THÀNH PHỐ HÀ NỘI Độc lập - Tự do - Hạnh phúc
Số: 08/CT-UBND Hà Nội, ngày 12 tháng 01 năm 2026

CHỈ THỊ
Về đẩy nhanh tiến độ đầu tư hạ tầng các cụm công nghiệp

Thời gian qua, các sở, ngành đã tích cực triển khai thực hiện. Tuy nhiên, tiến độ một số cụm còn chậm.
Để khắc phục, Chủ tịch UBND Thành phố yêu cầu:
1. Sở Công Thương:
a) Chủ trì, phối hợp với Sở Tài chính và UBND các xã liên quan rà soát các cụm chậm tiến độ, báo cáo UBND Thành phố
trước ngày 28/02/2026.
b) Hằng tháng (trước ngày 25) tổng hợp tiến độ, báo cáo UBND Thành phố.
2. Sở Nông nghiệp và Môi trường
- Hướng dẫn thủ tục thu hồi đất, giao đất tại CCN Lại Yên và CCN Dị Nậu; thời hạn: 30/4/2026.
- Thường xuyên kiểm tra việc xả thải.
3. Ban Quản lý các khu công nghệ cao và khu công nghiệp Thành phố hoàn thiện hồ sơ các KCN: Phụng Hiệp, Bắc Thường Tín,
trình UBND Thành phố trong quý II/2026.
4. UBND các xã: Tây Phương, Hát Môn khẩn trương giải phóng mặt bằng.
Yêu cầu các cơ quan, đơn vị nghiêm túc thực hiện. Trong quá trình thực hiện, nếu có khó khăn, vướng mắc, kịp thời \
báo cáo.
Nơi nhận:
- Như trên;
- Giao Sở Công Thương lưu.
"""

PLAN = """UBND THÀNH PHỐ HÀ NỘI
Số: 305/KH-UBND
Hà Nội, ngày 12 tháng 11 năm 2025

KẾ HOẠCH
Phát triển cụm công nghiệp năm 2026

I. MỤC ĐÍCH, YÊU CẦU
- Cụ thể hóa các mục tiêu phát triển.
II. NHIỆM VỤ
1. Lấp đầy 6 cụm công nghiệp đã hoàn thành hạ tầng kỹ thuật.
- Cơ quan chủ trì: Sở Công Thương.
- Cơ quan phối hợp: Sở Tài chính, chính quyền địa phương.
- Thời gian hoàn thành: Quý IV/2026.
2. Hoàn thành hạ tầng CCN Kim Bài.
Đơn vị chủ trì: UBND xã Tây Phương
Đơn vị phối hợp: Sở Công Thương; Sở Nông nghiệp và Môi trường
Thời hạn: trước ngày 30/6/2026
Sản phẩm: Biên bản nghiệm thu hạ tầng
III. TỔ CHỨC THỰC HIỆN
1. Sở Công Thương chủ trì, phối hợp với các đơn vị liên quan tổ chức thực hiện Kế hoạch; định kỳ hằng quý báo cáo \
UBND Thành phố.
2. Sở Tài chính: Tham mưu bố trí kinh phí trong năm 2026.
"""

LETTER = """ỦY BAN NHÂN DÂN
THÀNH PHỐ HỒ CHÍ MINH
Số: 1234/UBND-ĐT
V/v điều chỉnh quy hoạch các khu công nghiệp
TP. Hồ Chí Minh, ngày 05 tháng 8 năm 2024
Kính gửi:
- Sở Quy hoạch - Kiến trúc;
- Ban Quản lý các khu chế xuất và công nghiệp Thành phố.

Xét đề nghị của Ban Quản lý các khu chế xuất và công nghiệp Thành phố tại Công văn số 99/BQL-QLQHXD ngày 20 tháng 7 \
năm 2024, \
Ủy ban nhân dân Thành phố có ý kiến như sau: 1. Giao Sở Quy hoạch - Kiến trúc chủ trì, phối hợp với Hepza hướng dẫn \
lập \
quy hoạch KCN Lê Minh Xuân 2, Lê Minh Xuân mở rộng, Vĩnh Lộc 3; hoàn thành trong Quý 4/2024. 2. Giao Ban Quản lý \
các khu chế \
xuất và công nghiệp Thành phố làm việc với các chủ đầu tư, báo cáo Ủy ban nhân dân Thành phố trong thời hạn 15 ngày \
làm việc \
kể từ ngày ban hành văn bản này. 3. Ủy ban nhân dân huyện Củ Chi và huyện Hóc Môn cập nhật ranh giới KCN Phước Hiệp.
"""

MINISTRY = """VĂN PHÒNG CHÍNH PHỦ
Số: 77/TB-VPCP
Hà Nội, ngày 3 tháng 3 năm 2025

THÔNG BÁO
Kết luận của Phó Thủ tướng Trần Hồng Hà tại cuộc họp về khu công nghiệp, khu công nghệ cao

Thứ nhất, Bộ Kế hoạch và Đầu tư chủ trì, phối hợp với Bộ Công Thương và UBND Thành phố Hồ Chí Minh trình Thủ tướng \
Chính phủ
Đề án Ban Quản lý trước ngày 31 tháng 3 năm 2025.

Thứ hai, UBND Thành phố Hồ Chí Minh khẩn trương hoàn thiện hồ sơ KCN Phạm Văn Hai I, II;

2

chịu trách nhiệm về số liệu, vị trí.
Thứ ba, giao Bộ Công Thương theo dõi, đôn đốc.
"""
