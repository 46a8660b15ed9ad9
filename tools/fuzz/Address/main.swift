import CFuzzer
import Glibc

@testable import Mail
@testable import SMTP

/// Reads a text under every syntax: what a strict one takes is the same address for a lax one.
func readAddress(_ text: String) {
    let ascii = try? Address(parsing: text, allowing: [])
    let mail = try? Address(parsing: text, allowing: [.utf8, .null, .postmaster])
    let careless = try? Address(parsing: text, allowing: [.utf8, .null, .postmaster, .tolerant])
    if let ascii {
        precondition(ascii.isASCII, "without SMTPUTF8 an address is ASCII")
        precondition(ascii == mail, "a laxer syntax reads the same")
    }
    if let mail {
        precondition(mail == careless, "a laxer syntax reads the same")
        precondition(mail.local.utf8.count <= AddressGrammar.localLimit, "a local part is bounded")
        precondition((try? Address(local: mail.local, domain: mail.domain)) == mail, "an address is its parts")
    }
    if let careless { survive(careless) }
}

/// An address is bounded and printable, and read again from its own text, with brackets or without.
func survive(_ address: Address) {
    let syntax: Address.Syntax = [.utf8, .null, .postmaster, .tolerant]
    precondition(address.local.utf8.count <= AddressGrammar.domainLimit, "a local part is bounded")
    precondition(address.domain.utf8.count <= AddressGrammar.domainLimit, "a domain is bounded")
    precondition(!address.text.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "an address is printable")
    precondition((try? Address(parsing: address.text, allowing: syntax)) == address, "an address survives its text")
    precondition((try? Address(parsing: address.description, allowing: syntax)) == address, "brackets don't matter")
    // The Kelvin sign is a K to Unicode, and another mailbox to every server.
    let other = String(decoding: address.text.utf8.flatMap { $0 == 0x4B ? [0xE2, 0x84, 0xAA] : [$0] }, as: UTF8.self)
    guard other.utf8.count != address.text.utf8.count else { return }
    precondition((try? Address(parsing: other, allowing: syntax)) != address, "other bytes are another address")
}

/// Reads a path as it stands in a command: what is behind it makes no difference.
func readPath(_ input: [UInt8]) {
    let line = Array("RCPT TO:".utf8) + input
    var end = 8
    guard let address = try? Address(pathIn: line.span, at: &end, allowing: [.utf8, .postmaster]) else { return }
    precondition(end > 8 && end <= line.count && line[end - 1] == UInt8(ascii: ">"), "a path ends in its bracket")
    let alone = String(decoding: line[8..<end], as: UTF8.self)
    precondition((try? Address(parsing: alone, allowing: [.utf8, .postmaster])) == address, "a path stands for itself")
}

/// The C library is asked about every literal of ours, and we about its own.
func readLiteral(_ bytes: [UInt8]) {
    guard bytes.count <= 50, !bytes.contains(0) else { return }
    let text = String(decoding: bytes, as: UTF8.self)
    var v4 = in_addr()
    var v6 = in6_addr()
    if unsafe inet_pton(AF_INET, text, &v4) == 1 { precondition(AddressLiteral.isIPv4(bytes.span), "that is IPv4") }
    // Zeros in front of the numbers of an IPv4 tail are legal in mail, and not in C.
    guard AddressLiteral.isIPv6(bytes.span), !bytes.contains(UInt8(ascii: ".")) else { return }
    precondition(unsafe inet_pton(AF_INET6, text, &v6) == 1, "that is no IPv6")
}

/// xtext stands for bytes, and what they are written as stands for them again.
func readXtext(_ text: [UInt8]) {
    guard let bytes = Xtext.decode(text.span) else { return }
    precondition(bytes.count <= text.count, "what was decoded is no longer")
    let digits = Array("0123456789ABCDEF".utf8)
    let again = bytes.flatMap { [UInt8(ascii: "+"), digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    precondition(Xtext.decode(again.span) == bytes, "xtext survives")
}

/// An instant is the same when it is written and read again.
func readTime(_ text: [UInt8]) {
    guard let instant = InternetTime.read(text.span) else { return }
    // The years 0000 to 9999; an offset leads out of them at the ends.
    guard (-62_167_219_200..<253_402_300_800).contains(instant) else { return }
    let written = InternetTime.text(secondsSinceEpoch: instant)
    precondition(written.utf8.count == 20, "an instant has one form")
    precondition(InternetTime.read(written.utf8.span) == instant, "an instant survives")
}

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard count >= 2 else { return 0 }
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    let text = Array(input[2...])
    readAddress(String(decoding: text, as: UTF8.self))
    readPath(text)
    readLiteral(text)
    readXtext(text)
    readTime(text)
    let some = Extensions(rawValue: UInt16(input[0]) << 8 | UInt16(input[1])).intersection(.all)
    readMailParameters(text, offering: some)
    readRecipientParameters(text, offering: some)
    return 0
}

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
unsafe _ = LLVMFuzzerRunDriver(&count, &arguments, testOneInput)
