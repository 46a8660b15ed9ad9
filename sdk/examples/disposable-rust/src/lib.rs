//! Addresses that end: user-YYYYMMDD@domain works until that day and is delivered to user@domain.
#[path = "../../../rust/haraka_plugin.rs"]
mod haraka_plugin;
use haraka_plugin::*;
use std::time::{SystemTime, UNIX_EPOCH};

struct Disposable;

impl Plugin for Disposable {
    const ID: &'static str = "org.example.disposable";
    const VERSION: &'static str = "1.0";

    fn create(_host: Host) -> Result<Self, String> {
        Ok(Disposable)
    }

    fn hooks() -> Vec<Hook<Self>> {
        vec![hook("rcpt", Self::rcpt).inline()]
    }
}

impl Disposable {
    fn rcpt(&self, call: &Call) -> Result<Verdict, Status> {
        match split(call.rcpt_user().unwrap_or("")) {
            None => Ok(Verdict::cont()),
            Some((_, date)) if date < today() => Ok(Verdict::deny("This address has expired").code(550, "5.1.6")),
            Some((user, _)) => call.set_user(user).map(|_| Verdict::cont()),
        }
    }
}

/// "user-20301231" as "user" and 20301231.
fn split(user: &str) -> Option<(&str, u32)> {
    let (name, date) = user.rsplit_once('-')?;
    let digits = date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit());
    if digits && !name.is_empty() { date.parse().ok().map(|date| (name, date)) } else { None }
}

/// The day in UTC as YYYYMMDD (Howard Hinnant's civil_from_days).
fn today() -> u32 {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let days = seconds / 86_400 + 719_468;
    let of_era = days % 146_097;
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + days / 146_097 * 400 + u64::from(month <= 2);
    (year * 10_000 + month * 100 + day) as u32
}

haraka_plugin::export!(Disposable);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_eight_digits_after_a_dash_are_a_date() {
        assert_eq!(split("user-20301231"), Some(("user", 20301231)));
        assert_eq!(split("a-b-20301231"), Some(("a-b", 20301231)));
        for other in ["user", "user-2030123", "user-2030123x", "-20301231"] {
            assert_eq!(split(other), None);
        }
    }

    #[test]
    fn today_is_a_date_of_this_century() {
        assert!((20_250_101..21_000_101).contains(&today()));
    }
}
