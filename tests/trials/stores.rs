//! Keyrings, sealed files, credential helpers and OpenBao.
