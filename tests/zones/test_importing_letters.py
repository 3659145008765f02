"""Letters that are no Vietnamese any more are asked back by cell; Vietnamese, and names of the world, are read."""

import unicodedata

import pytest
from django.core.files.base import ContentFile

from tests import factories as make
from tests.zones import sheets
from zones import importing
from zones.importing.cells import Unclear, read_text
from zones.models import Zone

TCVN3 = (
    "Hµ Néi", "C«ng nghiÖp", "Khu c«ng nghiÖp Th¨ng Long", "§«ng Anh", "Sãc S¬n", "Th¹ch ThÊt", "Ch\xad¬ng Mü",
    "Quèc Oai", "Mª Linh", "Th\xadêng TÝn", "Phó Xuyªn", "§¹i Tõ", "B¾c Tõ Liªm", "Hoµi §øc", "T©y Hå", "Thanh Tr×",
    "X· Kim Chung", "Ph\xadêng T©n B×nh", "QuyÕt ®Þnh", "12/Q§-UBND", "CÇu GiÊy", "B×nh Ch¸nh", "Thñ §øc", "Cñ Chi",
    "Hãc M«n", "VÜnh Léc", "Lª Minh Xu©n", "®Êt c«ng nghiÖp", "DiÖn tÝch", "Nhµ m¸y", "§Çu t\xad", "Ngµy",
    "HiÖp Ph\xadíc", "LÊp ®Çy", "C¤NG NGHIÖP", "H§ND thµnh phè",
)  # fmt: skip
VNI = (
    "Haø Noäi", "Coâng nghieäp", "Khu coâng nghieäp Thaêng Long", "Ñoâng Anh", "Soùc Sôn", "Thaïch Thaát", "Chöông Myõ",
    "Quoác Oai", "Thöôøng Tín", "Phuù Xuyeân", "Ñaïi Töø", "Baéc Töø Lieâm", "Hoaøi Ñöùc", "Taây Hoà", "Xaõ Kim Chung",
    "Phöôøng Taân Bình", "Quyeát ñònh", "12/QÑ-UBND", "Caàu Giaáy", "Bình Chaùnh", "Thuû Ñöùc", "Cuû Chi", "Hoùc Moân",
    "Vónh Loäc", "Leâ Minh Xuaân", "ñaát coâng nghieäp", "Dieän tích", "Nhaø maùy", "Ñaàu tö", "Ngaøy",
    "Hieäp Phöôùc", "Laáp ñaày", "COÂNG NGHIEÄP", "HÑND thaønh phoá",
)  # fmt: skip
NAMES = (
    "Würth", "Nestlé", "Señor", "Böhler", "Müller", "Citroën", "L'Oréal", "Schäfer", "Häfele", "Jägermeister", "Škoda",
    "Mondelēz", "Hermès", "São Paulo", "João", "Björn Borg", "Ångström", "Møller–Mærsk", "Curaçao", "Peña", "Ibáñez",
    "Núñez", "León", "San José", "Åkerlund & Rausing", "Électricité de France", "Crédit Agricole", "Société Générale",
    "Groß", "Süd-Chemie", "TÜV SÜD", "KÖLN", "Grünenthal", "Röhm", "Königsberg", "Chloé", "Noël", "Zoé", "Renée",
    "Air Thaï", "Seán", "Dvořák", "Łódź", "Açaí", "Galápagos", "Zürich", "Malmö", "Växjö", "Citroën Việt Nam",
    "Công ty TNHH Würth Việt Nam", "Coca-Cola®", "Intel® Việt Nam", "ống 10 µm", "½ ha", "3×4 m", "25 °C", "20 m²",
)  # fmt: skip
VIETNAMESE = (
    "Cụm công nghiệp Hoà Phú", "Cụm công nghiệp Hòa Phú", "Quyết định 12/QĐ-UBND", "Đắk Lắk", "Krông Pắk", "Pác Bó",
    "Bà Rịa – Vũng Tàu", "Thuỷ lợi", "quý III/2026", "Khúc Xuyên", "Ý Yên", "Êa Kar", "Út Tịch", "Ô Môn", "Mê Linh",
    "«Hòa Phát»", "Lô B¹", "giếng khoan", "gìn giữ", "Buýt nhanh", "Công ty cổ phần", "KHU CÔNG NGHIỆP", "Xe khách",
    "Quốc Oai", "khoán, thuê, mua", "Tôi", "Bình Chánh", "Hóc Môn",
)  # fmt: skip


@pytest.mark.parametrize("written", TCVN3)
def test_tcvn3_is_asked_back_with_its_name(written):
    with pytest.raises(Unclear, match=r"phông cũ TCVN3.*Unicode"):
        read_text(written)


@pytest.mark.parametrize("written", VNI)
def test_vni_is_asked_back_with_its_name(written):
    with pytest.raises(Unclear, match=r"phông cũ (TCVN3 \(ABC\) / )?VNI.*Unicode"):
        read_text(written)


@pytest.mark.parametrize("written", ["CÃ´ng ty", "HÃ  Ná»™i", "Khu cÃ´ng nghiá»‡p", "Nestl\u00c3\u00a9"])
def test_letters_that_were_read_in_the_wrong_way_are_asked_back(written):
    with pytest.raises(Unclear, match="hỏng dấu"):
        read_text(written)


@pytest.mark.parametrize("written", NAMES)
def test_names_of_the_world_are_read(written):
    assert read_text(written) == written


@pytest.mark.parametrize("written", VIETNAMESE)
def test_vietnamese_is_read_composed_or_not(written):
    assert read_text(unicodedata.normalize("NFC", written)) == written
    assert read_text(unicodedata.normalize("NFD", written)) == written


@pytest.fixture
def officer(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return make.user("editor")


def take(officer, rows):
    return importing.upload(ContentFile(sheets.xlsx(sheets.Page(rows)), name="khu.xlsx"), what="zones", by=officer)


def test_a_row_in_old_letters_is_rejected_by_cell_and_nothing_of_it_is_written(officer):
    head = ["Mã", "Tên", "Loại", "Thành phố", "Ghi chú"]
    rows = [["HN-A", "Côm c«ng nghiÖp Hµ §«ng", "CCN", "HN", None], ["HN-B", "Cụm B", "CCN", "HN", "Nhaø maùy cuõ"],
            ["HN-C", "Cụm Würth", "CCN", "HN", "Señor Nestlé"]]  # fmt: skip
    imported = take(officer, [head, *rows])
    refused = [one for row in importing.outcomes(imported).rows("rejected") for one in row.refusals]
    assert [(one.cell, one.message[:29]) for one in refused] == [
        ("Sheet1!B2", "Chữ gõ theo phông cũ TCVN3 (A"),
        ("Sheet1!E3", "Chữ gõ theo phông cũ VNI: “Nh"),
    ]
    importing.apply(imported, by=officer, skip_rejected=True)
    assert [zone.name for zone in Zone.objects.all()] == ["Cụm Würth"]


def test_heads_in_old_letters_are_named_as_such(officer):
    imported = take(officer, [["M·", "Tªn côm c«ng nghiÖp"], ["HN-A", "A"]])
    assert imported.state == "refused"
    assert "phông cũ TCVN3 (ABC)" in imported.problem
    imported = take(officer, [["Mã", "Tên", "Dieän tích ñaát"], ["HN-A", "A", 5]])
    assert imported.problem.startswith("Sheet1!C1: Chữ gõ theo phông cũ VNI")
