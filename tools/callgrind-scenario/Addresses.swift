import Mail

/// What clients give as addresses.
enum Addresses {
    /// 10,000 addresses of five kinds.
    static func reading() -> Int {
        let texts = [
            "user@example.com", "first.last+tag@mail.department.example.org", "\"quoted user\"@example.net",
            "user@[192.0.2.1]",
            "no address at all",
        ]
        var good = 0
        for number in 0..<10_000 where (try? Address(parsing: texts[number % texts.count], allowing: [])) != nil {
            good += 1
        }
        return good
    }
}
