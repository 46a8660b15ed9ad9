import Testing

@testable import LocalDomains

@Suite struct HostSetTests {
    // A Span cannot go through the macro.
    private func has(_ set: HostSet, _ name: String) -> Bool { set.contains(name.utf8.span) }

    @Test("A name is found in any case, its neighbours are not") func findsNames() {
        let set = HostSet(["example.org", "Example.NET", "example.org", "a", "bücher.example", "[192.0.2.1]"])
        #expect(set.count == 5)
        for name in ["example.org", "EXAMPLE.org", "example.net", "A", "bücher.example", "[192.0.2.1]"] {
            #expect(has(set, name), "\(name)")
        }
        for name in [
            "", "example.or", "example.orgx", "xexample.org", "sub.example.org", "b", "@", "`", "example.org.",
        ] {
            #expect(!has(set, name), "\(name)")
        }
    }

    @Test("Only letters have two cases") func foldsLettersOnly() {
        let set = HostSet(["a[b", "x@y"])
        #expect(!has(set, "a{b"))
        #expect(!has(set, "x`y"))
    }

    @Test("Of many names each is found and no other") func holdsMany() {
        let set = HostSet((0..<20_000).map { "domain\($0).example" })
        #expect(set.count == 20_000)
        for number in 0..<20_000 {
            #expect(has(set, "domain\(number).example"))
            #expect(!has(set, "domain\(number).test"))
        }
        #expect(!has(HostSet([]), ""))
    }
}
