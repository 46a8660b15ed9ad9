import CFuzzer
import SMTP

@testable import TLS

/// Finds the blocks of a file: they are parts of it, and neither commentary nor line ends change them.
func readBlocks(_ input: [UInt8]) -> [PEMBlock] {
    let blocks = PEMBlock.all(in: input)
    precondition(blocks.allSatisfy { $0.text.starts(with: "-----BEGIN ".utf8) }, "a block has its border")
    precondition(blocks.reduce(0) { $0 + $1.text.count - 1 } <= input.count, "blocks don't overlap")
    let commented = PEMBlock.all(in: Array("here it is\n".utf8) + input)
    precondition(commented.map(\.text) == blocks.map(\.text), "commentary makes no difference")
    if !input.contains(0x0D) {
        let other = PEMBlock.all(in: input.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] })
        precondition(other.map { $0.text.filter { $0 != 0x0D } } == blocks.map(\.text), "line ends make no difference")
        precondition(other.map(\.content) == blocks.map(\.content), "line ends make no difference")
    }
    return blocks
}

/// Reads what the blocks hold and brings it together; a passphrase is left out, or a key could ask for years of work.
func readContents(_ blocks: [PEMBlock]) {
    var file = CertificateFile(path: "/nonexistent/a.pem")
    for block in blocks.prefix(4) {
        switch block.content {
        case .certificate: if let certificate = block.certificate { file.certificates.append(certificate) }
        case .key, .encryptedKey: if let key = block.key(nil) { file.keys.append(key) }
        case .other: break
        }
    }
    for certificate in file.certificates {
        precondition(certificate.fingerprint.utf8.count == 64, "a certificate has a fingerprint")
        let texts = certificate.names(of: .host) + certificate.names(of: .email)
        for text in texts + [certificate.subject, certificate.issuer, certificate.commonName ?? ""] {
            precondition(text.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "a name is printable")
        }
        _ = (certificate.notBefore, certificate.notAfter, certificate.keyType, certificate.endPointHash)
    }
    guard !file.certificates.isEmpty || !file.keys.isEmpty else { return }
    var scan = TLSCertificateScan()
    var pairing = Pairing([file])
    pairing.pair(now: 1_795_000_000, &scan)
    precondition(scan.certificates.count <= file.certificates.count, "no certificate is made up")
    // An authority's certificate may lie there for others' chains.
    let isChain = file.keys.isEmpty && file.certificates.first?.isAuthority == true
    precondition(isChain || !scan.certificates.isEmpty || !scan.problems.isEmpty, "what is there is used or told of")
    precondition(scan.problems.allSatisfy { $0.sentence.utf8.allSatisfy { (0x20...0x7E).contains($0) } }, "in words")
}

/// DER as one block, which mutations of base64 would hardly find.
func block(_ label: String, _ der: ArraySlice<UInt8>) -> [UInt8] {
    let text = Base64.encode(Array(der))
    let lines = stride(from: 0, to: text.count, by: 64).flatMap { text[$0..<min($0 + 64, text.count)] + [0x0A] }
    return "-----BEGIN \(label)-----\n".utf8 + lines + "-----END \(label)-----\n".utf8
}

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard count > 0 else { return 0 }
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    let rest = input.dropFirst()
    switch input[0] {
    case UInt8(ascii: "c"): readContents(readBlocks(block("CERTIFICATE", rest)))
    case UInt8(ascii: "k"): readContents(readBlocks(block("PRIVATE KEY", rest)))
    default: readContents(readBlocks(input))
    }
    return 0
}

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
unsafe _ = LLVMFuzzerRunDriver(&count, &arguments, testOneInput)
