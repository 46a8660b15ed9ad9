/// One block of a PEM file (RFC 7468): its label and its text with both border lines.
struct PEMBlock {
    enum Content {
        case certificate
        case key
        /// A key that only a passphrase opens.
        case encryptedKey
        /// Parameters, requests, revocation lists: no fault, and nothing for us.
        case other
    }

    let content: Content
    let text: [UInt8]

    /// All blocks of a file in their order; what stands between them is commentary.
    ///
    /// A block without its end counts with the rest of the file, so that reading it fails loudly.
    static func all(in bytes: [UInt8]) -> [PEMBlock] {
        var blocks: [PEMBlock] = []
        var label: ArraySlice<UInt8>?
        var start = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true) {
            if let label, let end = border("END ", line), end == label {
                blocks.append(PEMBlock(label, bytes[start..<line.endIndex]))
            } else if let begun = border("BEGIN ", line) {
                if let label { blocks.append(PEMBlock(label, bytes[start..<line.startIndex])) }
                label = begun
                start = line.startIndex
                continue
            } else {
                continue
            }
            label = nil
        }
        if let label { blocks.append(PEMBlock(label, bytes[start...])) }
        return blocks
    }

    private init(_ label: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) {
        self.text = Array(text) + [UInt8(ascii: "\n")]
        switch String(decoding: label, as: UTF8.self) {
        case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE": content = .certificate
        case "ENCRYPTED PRIVATE KEY": content = .encryptedKey
        case "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY":
            // RFC 1421 §4.6.1.1: the old way, by a header within the block.
            let isEncrypted = text.split(separator: UInt8(ascii: "\n")).contains {
                $0.starts(with: "Proc-Type: 4,ENCRYPTED".utf8)
            }
            content = isEncrypted ? .encryptedKey : .key
        default: content = .other
        }
    }

    /// What a border line is the border of; nil when it is none.
    private static func border(_ word: String, _ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var rest = line
        while let last = rest.last, last == 0x0D || last == 0x20 || last == 0x09 { rest.removeLast() }
        let opening = "-----" + word
        guard rest.starts(with: opening.utf8), rest.suffix(5).elementsEqual("-----".utf8),
            rest.count >= opening.utf8.count + 5
        else { return nil }
        return rest.dropFirst(opening.utf8.count).dropLast(5)
    }
}
