import CFuzzer

@testable import Outbound

/// What is true of every policy.
func check(_ policy: STSPolicy) {
    precondition(policy.maxAge >= .zero && policy.maxAge <= .seconds(31_557_600), "it counts for a year at most")
    precondition(policy.mode == .none || !policy.patterns.isEmpty, "it names hosts")
    for pattern in policy.patterns {
        precondition(!pattern.utf8.contains { (0x41...0x5A).contains($0) }, "patterns are in small letters")
        let host = pattern.hasPrefix("*.") ? String(pattern.dropFirst(2)) : pattern
        precondition(NameBytes.isDomain(Array(host.utf8)), "a pattern is of a host")
        guard pattern.hasPrefix("*.") else {
            precondition(policy.names(host), "a host that is named is meant")
            continue
        }
        precondition(policy.names("a.\(host)"), "the asterisk is one label")
        let others = policy.patterns.contains { $0 == host || $0.hasPrefix("*.") && host.hasSuffix($0.dropFirst()) }
        precondition(others || !policy.names(host), "the asterisk is a label")
        precondition(!policy.names(".\(host)"), "a label isn't empty")
    }
}

/// A policy survives its lines, whatever ends them.
func survive(_ policy: STSPolicy) {
    for end in ["\n", "\r\n"] {
        let again = try? STSPolicy(Array((policy.lines.joined(separator: end) + end).utf8))
        precondition(again == policy, "a policy survives its lines")
    }
}

/// Records as DNS gives them: texts with a NUL between two.
func readRecords(_ input: [UInt8]) {
    let texts = input.split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
    for (version, key) in [("STSv1", "id"), ("TLSRPTv1", "rua")] {
        guard let fields = TextFields.only(version, in: texts) else { continue }
        precondition(TextFields.only(version, in: texts.reversed()) == fields, "the order of records says nothing")
        precondition(TextFields.only(version, in: texts + texts) == nil, "of two records none counts")
        guard let value = fields[key] else { continue }
        precondition(!value.isEmpty, "a field has a value")
        let isPrintable = value.utf8.allSatisfy { $0 == 9 || (0x20...0x7E).contains($0) && $0 != 0x3B }
        precondition(isPrintable, "a value is printable")
    }
}

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    readRecords(input)
    do throws(STSPolicyError) {
        let policy = try STSPolicy(input)
        check(policy)
        survive(policy)
    } catch {
        precondition("\(error)".utf8.allSatisfy { (0x20...0x7E).contains($0) }, "a fault is told in words of ours")
    }
    return 0
}

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
unsafe _ = LLVMFuzzerRunDriver(&count, &arguments, testOneInput)
