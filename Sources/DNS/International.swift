internal import CIDN

/// Turns a name with letters outside ASCII into what DNS holds, by libidn2.
enum International {
    /// Non-transitional UTS #46 and IDNA2008, as browsers and mail programs do it.
    private static let flags = Int32(IDN2_NONTRANSITIONAL.rawValue | IDN2_NFC_INPUT.rawValue)

    static func ascii(_ text: String) throws(NameError) -> String {
        // C would stop at a NUL; libidn2 maps other controls and spaces away or lets them pass.
        if let byte = text.utf8.first(where: { $0 <= 0x20 || $0 == 0x7F }) { throw .badByte(byte) }
        var output: UnsafeMutablePointer<CChar>?
        let fault = unsafe idn2_to_ascii_8z(text, &output, flags)
        defer { unsafe idn2_free(output) }
        guard fault == IDN2_OK.rawValue, let output = unsafe output else {
            throw .notInternational(reason: unsafe String(cString: idn2_strerror(fault)))
        }
        return unsafe String(cString: output)
    }
}
