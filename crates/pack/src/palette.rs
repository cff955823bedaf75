//! The colours of health in files.

use domain::status_reports::Color;

/// A colour: red, green and blue, a byte each.
pub type Rgb = u32;

/// The fill and the text colour of green, yellow and red, as in the stylesheet of the pages for print.
pub fn colors(palette: &str) -> [(Rgb, Rgb); 3] {
    match palette {
        "safe" => [(0x003b_8ede, 0x0004_121f), (0x00f2_c53d, 0x0024_1a00), (0x00a3_360b, 0x00ff_ffff)],
        "mono" => [(0x00d4_d7db, 0x0016_191c), (0x009a_a1a8, 0x000c_0e10), (0x003d_434a, 0x00ff_ffff)],
        _ => [(0x002e_9e62, 0x0004_170c), (0x00f0_b429, 0x0024_1a00), (0x00c9_3434, 0x00ff_ffff)],
    }
}

/// The place of a colour in [`colors`].
pub const fn place(color: Color) -> usize {
    match color {
        Color::Green => 0,
        Color::Yellow => 1,
        Color::Red => 2,
    }
}
