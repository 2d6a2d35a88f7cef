"""Topic codes: what a support session or a guide is about (facts/indicators.md, section 1)."""

_CODES = """
    vneid_tao vneid_kichhoat vneid_tichhop vneid_cutru vneid_phananh
    dvc_taikhoan dvc_nop dvc_tracuu dvc_thanhtoan dvc_phidiagioi dvc_danhgia
    kyso ssk bhxh_bhyt ttkdtm_qr ttkdtm_vi ttkdtm_nganhang hoadon_dien_nuoc
    tmdt_mua tmdt_ban qr_nguongoc hoadon_dt thue_dt phanmem_banhang
    hocba_so tuyensinh antoan_luadao antoan_matkhau baove_treem
    smartphone_coban internet_coban ai_coban bdhvs_taikhoan bdhvs_hoc giaothong_so khac
"""
TOPICS = frozenset(_CODES.split())
