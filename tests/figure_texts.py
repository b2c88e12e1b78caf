"""Small files of figures with the traps of the published ones, made for tests: no figure in them is anybody's."""

from __future__ import annotations

#: Notes above, headings with line breaks, quoted thousands with a blank behind, a force and what is assigned nowhere,
#: an airport, a force whose unassigned row is blank, a Welsh partnership, and one of several authorities.
PARTNERSHIPS = """"Table C2: Recorded crime by Community Safety Partnership, year ending June 2025 [note 1]",,,,,,,,
"Some shorthand is used in this table. [x] indicates data are unavailable.",,,,,,,,
Source: Police recorded crime from the Home Office,,,,,,,,
"Police Force
Area code","Police Force
Area name","Community Safety
Partnership code","Community Safety
Partnership name",Local Authority code,Local Authority name,"Total recorded crime
 (excluding fraud)",Residential burglary,Homicide [note 2]
E23000001,Midshire [note 4],,,,,"2,345 ",200 ,3
E23000001,Midshire,E22000901,Charnwood,E07000130,Charnwood,"1,200 ",120 ,1
E23000001,Midshire,E22000902,"Melton, Vale and Rutland",[z],Several,"1,000 ",75 ,2
E23000001,Midshire,,Midshire Airport,,,40 ,0 ,0
E23000001,Midshire,,Unassigned Midshire,,,105 ,5 ,0
W15000009,Cambria,,,,,"1,000 ",50 ,[x]
W15000009,Cambria,W14000009,Cambria,W06000009,Cambria,999 ,50 ,[x]
W15000009,Cambria,,unassigned Cambria,,,,,
E23000003,Northshire,E22000903,Charnwood Forest,E07000903,Charnwood Forest,77 ,7 ,0
"""

#: Six crimes in three census areas: two with one number, one without, one without a place, one beyond, and a second
#: month below headings of its own.
_HEADINGS = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context"
)
_FORCES = "Midshire Police,Midshire Police"
_HIGH_STREET = "-1.1,52.1,On or near High Street,E01000101,Charnwood 001A"
STREET = "\n".join(
    (
        _HEADINGS,
        f"aa11,2022-07,{_FORCES},{_HIGH_STREET},Burglary,Under investigation,",
        f"aa11,2022-07,{_FORCES},{_HIGH_STREET},Burglary,Under investigation,",
        f",2022-07,{_FORCES},-1.1,52.1,On or near Mill Lane,E01000102,Charnwood 001B,Anti-social behaviour,,",
        f"bb22,2022-07,{_FORCES},-1.2,52.2,On or near Dale Road,E01000201,Melton 002A,Burglary,Under investigation,",
        f"cc33,2022-07,{_FORCES},,,No Location,,,Drugs,Status update unavailable,",
        _HEADINGS,
        f"dd44,2022-08,{_FORCES},{_HIGH_STREET},Burglary,Under investigation,",
        "",
    )
)

#: A quarter's grid as a project sends it: a year over its quarters, a share, marks, and rows that can't be read.
GRID = """Outputs of 2018/19, as sent by the project\t\t\t\t\t
\t\t\t2018/19\t\t
Ref\tIndicator\tBaseline\tQ1\tQ2 forecast\tQ3
LF-08\tClients supported\t180\t1,095 [p]\t1,100\t<5
LF-08\tClients satisfied\t95%\t45/50\t\t-
LF-11\tMovement alerts installed\t0\t12.3.4\t\t
LF-99\tNobody knows this\t0\t7\t\t
\tTotal\t\t1,095\t\t
Figures are checked by the data owner.\t\t\t\t\t
"""

#: The same kind of figures, one to a row.
LONG = """Indicator,From,To,Value,Numerator,Denominator,Status,Note
Clients supported,01/04/2018,30/06/2018,195,,,Actual,counted by hand
Clients satisfied,01/04/2018,30/06/2018,,45,50,provisional,
Clients supported,01/07/2018,01/04/2018,1,,,actual,
Clients supported,Q2,30/09/2018,1,,,actual,
Clients supported,01/10/2018,31/12/2018,8,,,perhaps,
"""
