import Testing

@testable import QueueMaildir

@Suite struct MailboxNameTests {
    @Test(
        "A local part becomes one plain folder name",
        arguments: [
            ("anna", "anna"), ("Anna", "anna"), ("a.n-n_a9", "a.n-n_a9"), ("anna+lists", "anna"), ("anna+a+b", "anna"),
            ("+anna", "%2Banna"), ("+", "%2B"), (".", "%2E"), ("..", "%2E."), ("...", "%2E.."),
            (".profile", "%2Eprofile"),
            ("../../x", "%2E.%2F..%2Fx"), ("/etc/passwd", "%2Fetc%2Fpasswd"), ("a\0b", "a%00b"), ("a b", "a%20b"),
            ("100%", "100%25"), ("%2e%2e", "%252e%252e"), ("a\\b", "a%5Cb"), ("a\nb", "a%0Ab"), ("a\u{7f}", "a%7F"),
            ("é", "%C3%A9"), ("É", "%C3%89"), ("用户", "%E7%94%A8%E6%88%B7"), ("cur", "cur"), ("new/", "new%2F"),
            ("AZaz[@`{", "azaz%5B%40%60%7B"), ("\u{212a}arl", "%E2%84%AAarl"), ("Karl", "karl"), ("İ", "%C4%B0"),
            ("e\u{301}", "e%CC%81"),
        ]
    ) func encodes(_ localPart: String, _ folder: String) {
        #expect(MailboxName(localPart: localPart)?.folder == folder)
    }

    @Test("Names that only Unicode takes for the same have folders of their own")
    func keepsNamesApart() {
        let names = ["k", "\u{212a}", "å", "Å", "\u{212b}", "a\u{30a}", "i", "İ", "ı", "ss", "ß", "ẞ", "é", "É"]
        #expect(Set(names.compactMap { MailboxName(localPart: $0)?.folder }).count == names.count)
        #expect(Set(names.compactMap { MailboxName(domain: $0)?.folder }).count == names.count)
    }

    @Test("A name that no folder can have is no mailbox") func refusesImpossibleNames() {
        #expect(MailboxName(localPart: "") == nil)
        #expect(MailboxName(localPart: String(repeating: "a", count: 255)) != nil)
        #expect(MailboxName(localPart: String(repeating: "a", count: 256)) == nil)
        #expect(MailboxName(localPart: String(repeating: "/", count: 86)) == nil)
    }

    @Test("A domain is encoded like a user, whole") func encodesDomains() {
        #expect(MailboxName(domain: "Example.ORG")?.folder == "example.org")
        #expect(MailboxName(domain: "[192.0.2.1]")?.folder == "%5B192.0.2.1%5D")
        #expect(MailboxName(domain: "a+b.example")?.folder == "a%2Bb.example")
    }
}
