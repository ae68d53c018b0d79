//! The translation tables of the NCBI (`gc.prt`, version 4.6), as differences from the standard code.

/// One table.
pub(super) struct Table {
    /// Its number.
    pub number: u8,
    /// Codons with another residue than in the standard code: three letters and the residue.
    pub changes: &'static str,
    /// Codons that begin proteins.
    pub starts: &'static str,
    /// Codons that stand for a residue, but end a protein where they are its last codon.
    pub ends: &'static str,
}

const fn table(number: u8, changes: &'static str, starts: &'static str) -> Table {
    Table { number, changes, starts, ends: "" }
}

/// Numbers 7, 8 and 17 to 20 are not in use.
pub(super) const TABLES: [Table; 27] = [
    table(1, "", "TTG CTG ATG"),
    table(2, "AGA* AGG* ATAM TGAW", "ATT ATC ATA ATG GTG"),
    table(3, "ATAM CTTT CTCT CTAT CTGT TGAW", "ATA ATG GTG"),
    table(4, "TGAW", "TTA TTG CTG ATT ATC ATA ATG GTG"),
    table(5, "AGAS AGGS ATAM TGAW", "TTG ATT ATC ATA ATG GTG"),
    table(6, "TAAQ TAGQ", "ATG"),
    table(9, "AAAN AGAS AGGS TGAW", "ATG GTG"),
    table(10, "TGAC", "ATG"),
    table(11, "", "TTG CTG ATT ATC ATA ATG GTG"),
    table(12, "CTGS", "CTG ATG"),
    table(13, "AGAG AGGG ATAM TGAW", "TTG ATA ATG GTG"),
    table(14, "AAAN AGAS AGGS TAAY TGAW", "ATG"),
    table(15, "TAGQ", "ATG"),
    table(16, "TAGL", "ATG"),
    table(21, "TGAW ATAM AGAS AGGS AAAN", "ATG GTG"),
    table(22, "TCA* TAGL", "ATG"),
    table(23, "TTA*", "ATT ATG GTG"),
    table(24, "AGAS AGGK TGAW", "TTG CTG ATG GTG"),
    table(25, "TGAG", "TTG ATG GTG"),
    table(26, "CTGA", "CTG ATG"),
    Table { number: 27, changes: "TAAQ TAGQ TGAW", starts: "ATG", ends: "TGA" },
    Table { number: 28, changes: "TAAQ TAGQ TGAW", starts: "ATG", ends: "TAA TAG TGA" },
    table(29, "TAAY TAGY", "ATG"),
    table(30, "TAAE TAGE", "ATG"),
    Table { number: 31, changes: "TAAE TAGE TGAW", starts: "ATG", ends: "TAA TAG" },
    table(32, "TAGW", "TTG CTG ATT ATC ATA ATG GTG"),
    table(33, "TAAY TGAW AGAS AGGK", "TTG CTG ATG GTG"),
];
